import type { SourceFile } from '../model/source.ts';
import { describeUnsure } from './describe-unsure.ts';
import { programFamilies } from './library-names.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintMarks } from './lint-marks.ts';
import { locateTokens } from './locate-tokens.ts';
import { type ProbedProgram, probedPrograms } from './probed-programs.ts';
import type { ScriptUse } from './script-use.ts';

type Finding = Pick<LintFinding, 'severity' | 'code' | 'message' | 'cure'>;

/** Programs and libraries that are named in a way that means another file on a target, or none. */
export function lintPrograms(source: SourceFile, use: ScriptUse): readonly LintFinding[] {
  const { args = [] } = use;
  const values = args.map(({ text }) => text);
  const programs = probedPrograms(source.text, values, use.tapsets);
  const at = locateTokens(source);
  const found = new Map<string, { readonly first: LintFinding; readonly times: number }>();
  for (const program of programs) {
    const finding = lintProgram(program, use);
    if (finding === undefined) continue;
    const given = program.argument === undefined ? undefined : args[program.argument - 1];
    const place = at(program.token);
    const where =
      given === undefined ? { place } : { place: given.place, related: [{ place, note: 'it stands here' }] };
    const key = `${finding.code} ${program.text}`;
    const known = found.get(key);
    const first = known?.first ?? ({ ...finding, ...where } as LintFinding);
    found.set(key, { first, times: (known?.times ?? 0) + 1 });
  }
  const named = [...found.values()].slice(0, mostFindings).map(({ first, times }) => {
    const more = `(and ${times - 1} more ${times === 2 ? 'place' : 'places'})`;
    return times === 1 ? first : { ...first, message: `${first.message} ${more}` };
  });
  return [...named, ...lintMarks(programs, args, at)];
}

const mostFindings = 10;

function lintProgram(program: ProbedProgram, use: ScriptUse): Finding | undefined {
  const { named, role, text } = program;
  if (named.kind === 'path') return lintPath(named.path, role);
  if (named.kind === 'empty' || named.kind === 'relative') return lintRelative(program, use);
  if (named.kind === 'build-id' && text.length < shortestBuildId) {
    const message = `stap takes ${JSON.stringify(text)} for a build-id: it has no other letters than a to f`;
    return { severity: 'warning', code: 'program-by-name', message, cure: cureFor(text) };
  }
  if (named.kind === 'by-name' && /^[\dA-Fa-f]{40}$/.test(text)) {
    const message = 'stap looks for a program of this name: a build-id has small letters';
    return { severity: 'warning', code: 'program-by-name', message, cure: `write "${text.toLowerCase()}"` };
  }
  if (named.kind === 'by-name' && role === 'program') {
    const message = `${JSON.stringify(text)} is looked for along the PATH of the build host, and on no target`;
    return { severity: 'warning', code: 'program-by-name', message, cure: cureFor(text) };
  }
  if (named.kind === 'pid') {
    const message = `process ${text} is looked for on the build host when the script is built`;
    const cure = 'name the program, write target_process into the playbook, and compare: if (pid() != target()) next';
    return { severity: 'warning', code: 'program-place', message, cure };
  }
  if (named.kind === 'build-id' || named.kind === 'unnamed' || named.kind === 'unknown') return undefined;
  // A slip of the pen, or a tapset that could not be read.
  if (named.kind === 'tapset' && !programFamilies.has(text.split('.')[0] ?? '')) return undefined;
  const message = `${text} ${describeUnsure(named.kind, role)}`;
  const cure = 'the files that the build finds are compared with those of the targets';
  return { severity: 'info', code: 'program-unsure', message, cure };
}

/** Linkers make 16 digits (`xxhash`) or more. */
const shortestBuildId = 16;

/** Where a program of this name is on the targets, each of them may say. */
function cureFor(name: string): string {
  const path = name === 'postgres' || name === 'postmaster' ? '{{ pg_bindir }}/postgres' : `/path/to/${name}`;
  return `write its full path, or process(@1) and args: ["${path}"]`;
}

function lintPath(path: string, role: ProbedProgram['role']): Finding | undefined {
  if (path.endsWith('/')) {
    const message = `${path} is a folder`;
    return { severity: 'warning', code: 'program-path', message, cure: `write the path of a ${role}` };
  }
  const place = passingPlaces.find(([pattern]) => pattern.test(path))?.[1];
  if (place === undefined) return undefined;
  const message = `${path} lies in ${place}, and need not be the same on every host`;
  const cure = 'probe the file where it is installed';
  return { severity: 'warning', code: 'program-place', message, cure };
}

const passingPlaces: readonly (readonly [RegExp, string])[] = [
  [/^\/proc\//, '/proc, where a process of the build host is meant'],
  [/^\/(?:home|Users)\/|^\/root\//, 'a home directory'],
  [/^\/(?:var\/)?tmp\/|^\/dev\/shm\/|^\/run\/user\//, 'a place for temporary files'],
];

/** stap looks from where it runs, which is an empty folder of the build host. */
function lintRelative({ text, presence }: ProbedProgram, { stapOptions }: ScriptUse): Finding {
  const isSure = presence === 'certain' && stapOptions?.has('sysroot') === false;
  const severity = isSure ? 'error' : 'warning';
  const { message, cure } = explainRelative(text);
  return { severity, code: 'program-path', message, cure };
}

function explainRelative(text: string): { readonly message: string; readonly cure: string } {
  const inArgs = 'write process(@1) in the script, and give the path in args';
  if (text === '') return { message: 'no program is named', cure: 'write its full path' };
  if (text.includes('{{')) {
    return { message: 'templates are filled in in the playbook, and not in scripts', cure: `${inArgs}: ["${text}"]` };
  }
  if (/^~/.test(text)) return { message: 'stap does not know ~', cure: 'write the full path' };
  const variable = /\$\{?(\w+)\}?/.exec(text)?.[0];
  if (variable !== undefined)
    return { message: `stap does not fill in ${variable}`, cure: `write the full path, or ${inArgs}` };
  const message = `${JSON.stringify(text)} is relative to where stap runs on the build host`;
  return { message, cure: 'write the full path that it has on the targets' };
}
