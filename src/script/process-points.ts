import type { ElfBuildId } from '../model/ids.ts';
import { isLibraryMacro } from './is-library-macro.ts';
import { probeFamilies, programFamilies } from './library-names.ts';
import { literalTexts } from './literal-text.ts';
import type { ParsedToken } from './paste-arguments.ts';
import type { PointComponent, ProbePoint } from './probe-components.ts';
import { matchesWord, type ResolvedPoint } from './resolve-points.ts';

/** What a point says of the program or library that it is in. */
export type NamedFile =
  /** Absolute. */
  | { readonly kind: 'path'; readonly path: string }
  /** `process("459f…")`: wherever a file has this build-id. */
  | { readonly kind: 'build-id'; readonly buildId: ElfBuildId }
  | { readonly kind: UnsureKind };

/**
 * Why only the build shows which file it is. `by-name`: looked for along the PATH of the build host, or for a library among
 * those of the program. `relative`: to where stap runs. `pid`: of a process there. `unnamed`: none is named, stap would want -c
 * or -x. `tapset`: the library says. `unknown`: an argument without a value, or a macro of the library.
 */
export type UnsureKind =
  | 'by-name'
  | 'wildcard'
  | 'relative'
  | 'pid'
  | 'unnamed'
  | 'empty'
  | 'escaped'
  | 'debuginfod'
  | 'tapset'
  | 'unknown';

/** A user-space file at one point of a probe. */
export interface ProcessPoint {
  readonly role: 'program' | 'library';
  readonly named: NamedFile;
  /** Its text as it was written, arguments filled in. */
  readonly text: string;
  /**
   * `breakpoints` are planted into the file; without, the module knows the file by its name (`begin`, `syscall`) or the build
   * looks into it (for the libraries of a program).
   */
  readonly use: 'breakpoints' | 'build';
  readonly presence: ProbePoint['presence'];
  /** Where its name stands; where an alias of a tapset has it, the point that uses the alias. */
  readonly tokens: readonly ParsedToken[];
  readonly point: ResolvedPoint;
}

/** The user-space files of a point; none for a point of the kernel. */
export function processPoints(point: ResolvedPoint): readonly ProcessPoint[] {
  const { components } = point;
  const [first] = components;
  if (first === undefined) return [];
  if (first.word === 'process') return inProcess(point, first, components.slice(1));
  if (first.word === 'debuginfod') return [lost(point, 'debuginfod', 'breakpoints')];
  if (first.word === 'perf') {
    const program = components.find(({ word, argument }) => word === 'process' && argument !== undefined);
    return program === undefined ? [] : found(point, 'program', program, 'build');
  }
  if (first.token.kind === 'argument' || isLibraryMacro(first.token)) return [lost(point, 'unknown', 'breakpoints')];
  return isOfUserSpace(first.word) ? [lost(point, 'tapset', 'breakpoints')] : [];
}

function inProcess(
  point: ResolvedPoint,
  process: PointComponent,
  rest: readonly PointComponent[],
): readonly ProcessPoint[] {
  const [next, ...behind] = rest;
  const word = next?.word ?? '';
  if (withoutBreakpoints.has(word)) {
    // All processes, one by its number, or one of the address that it has.
    if (process.argument === undefined || !isText(process.argument)) return [];
    return found(point, 'program', process, 'build');
  }
  const own = process.argument === undefined ? lost(point, 'unnamed', 'breakpoints') : undefined;
  if (word === 'library' && next?.argument !== undefined) {
    const library = found(point, 'library', next, usesOf(behind[0]?.word));
    return own === undefined ? [...found(point, 'program', process, 'build'), ...library] : [own, ...library];
  }
  return own === undefined ? found(point, 'program', process, 'breakpoints') : [own];
}

function usesOf(word: string | undefined): ProcessPoint['use'] {
  return word !== undefined && withoutBreakpoints.has(word) ? 'build' : 'breakpoints';
}

/** Events of a process that the kernel tells; `data` is a watchpoint of the processor. None changes an instruction. */
const withoutBreakpoints: ReadonlySet<string> = new Set(['begin', 'end', 'thread', 'syscall', 'data']);

function isText(argument: readonly ParsedToken[]): boolean {
  return argument.some(({ kind }) => kind !== 'number' && kind !== 'operator');
}

function found(
  point: ResolvedPoint,
  role: ProcessPoint['role'],
  { argument = [] }: PointComponent,
  use: ProcessPoint['use'],
): readonly ProcessPoint[] {
  const texts = literalTexts(argument);
  const rest = { role, use, tokens: argument, point };
  if (texts === undefined) {
    const kind = argument.length > 0 && !isText(argument) ? 'pid' : 'unknown';
    const text = argument.map(token => token.text).join(' ');
    return [{ ...rest, named: { kind }, text, presence: point.presence }];
  }
  const presence = texts.length > 1 ? 'possible' : point.presence;
  return texts.map(text => ({ ...rest, named: nameFile(text), text, presence }));
}

/** How stap reads the name of a file (tapsets.cxx, and `find_executable` and `is_build_id` in staputil.cxx). */
export function nameFile(text: string): NamedFile {
  if (text === '') return { kind: 'empty' };
  if (text.includes('\\')) return { kind: 'escaped' };
  if (/[*?[]/.test(text)) return { kind: 'wildcard' };
  if (/^[\da-f]{3,}$/.test(text)) return { kind: 'build-id', buildId: text as ElfBuildId };
  if (!text.includes('/')) return { kind: 'by-name' };
  return text.startsWith('/') ? { kind: 'path', path: text.replace(/\/(?:\.?\/)+/g, '/') } : { kind: 'relative' };
}

function lost(point: ResolvedPoint, kind: UnsureKind, use: ProcessPoint['use']): ProcessPoint {
  const { written } = point;
  const text = written.components.map(({ word }) => word).join('.');
  const tokens = written.components.map(({ token }) => token);
  return { role: 'program', named: { kind }, text, use, presence: point.presence, tokens, point };
}

/**
 * Whether it may be an alias of the library that stands for points of programs. Which of SystemTap's own do is known; of others
 * that are not known, nothing is.
 */
function isOfUserSpace(family: string): boolean {
  if (!family.includes('*')) return !kernelFamilies.has(family) && !family.startsWith('_');
  const fits = (name: string): boolean => matchesWord(family, name);
  return [...programFamilies].some(fits) || ![...kernelFamilies].some(fits);
}

const kernelFamilies: ReadonlySet<string> = new Set([...probeFamilies].filter(family => !programFamilies.has(family)));
