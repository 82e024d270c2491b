import type { Place, SourceFile } from '../model/source.ts';
import { describeEnd, type ScriptEnd } from './describe-end.ts';
import { describeGlobals, type ScriptGlobal } from './describe-globals.ts';
import { type BadNumber, findBadNumbers } from './find-bad-numbers.ts';
import { type BadPoint, findBadPoints } from './find-bad-points.ts';
import { findGuruUses, type GuruUse } from './find-guru-uses.ts';
import { findNeededTargets } from './find-needed-targets.ts';
import { findOpenLines } from './find-open-lines.ts';
import { findTargetUses, type TargetUse } from './find-target-uses.ts';
import { findUnknownNames, type UnknownName } from './find-unknown-names.ts';
import { isLibraryMacro } from './is-library-macro.ts';
import { locateTokens } from './locate-tokens.ts';
import { outlineStp, type StpOutline, type StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';
import { probedBodies } from './probed-bodies.ts';
import { type HeaderOption, readHeaderOptions } from './read-header-options.ts';
import { type StpToken, tokenizeStp } from './tokenize-stp.ts';

/** What the text of a script says about it, as far as that can be known without SystemTap. */
export interface ScriptDescription {
  /** Whether macros of the library or the preprocessor could make it say something else: then little is certain. */
  readonly certain: boolean;
  /** What is opened and never closed: a bracket, `"` or `%{`. */
  readonly unclosed?: { readonly mark: string; readonly place: Place };
  /** A bracket that closes nothing. */
  readonly unopened?: { readonly mark: string; readonly place: Place };
  readonly globals: readonly ScriptGlobal[];
  /** The places of `$1`, `@2` …, and whether SystemTap is certain to look for their values. */
  readonly arguments: readonly { readonly number: number; readonly place: Place; readonly isNeeded: boolean }[];
  /** `$#`, `argv` or `argc`: any number of arguments may be meant. */
  readonly takesAnyArguments: boolean;
  readonly end: ScriptEnd;
  readonly guruUses: readonly { readonly kind: GuruUse['kind']; readonly place: Place; readonly isSure: boolean }[];
  /** Variables of what is traced that stap refuses, and those that it takes in guru mode only. */
  readonly targetUses: readonly {
    readonly kind: TargetUse['kind'];
    readonly access: TargetUse['access'];
    readonly name: string;
    readonly place: Place;
    readonly isSure: boolean;
  }[];
  /** Whether a probe is sure not to be there, whatever the preprocessor chooses: `nothing` if there is no code at all. */
  readonly lacks?: 'probes' | 'anything';
  /** Characters that are part of no token: a byte order mark, typographic quotes. */
  readonly strayCharacters: readonly { readonly character: string; readonly place: Place }[];
  readonly headerOptions: readonly HeaderOption[];
  /** Words in the parentheses of a probe point, where only literals are allowed: `timer.s(interval)`. */
  readonly wordsInProbePoints: readonly WordInProbePoint[];
  /** Globals that `probe begin` assigns: this overwrites the value set at the load. */
  readonly globalsSetInBegin: readonly { readonly name: string; readonly place: Place }[];
  /** `$count`, `$fd` … in a syscall probe: kernels from 4.17 on have none of its parameters. */
  readonly countVariables: readonly Place[];
  /** Calls of `system()`, which runs a shell command on the target. */
  readonly shellCommands: readonly Place[];
  /** Calls of `target()`, the value of `staprun -x`, and of the library's functions that ask for it, which need a process. */
  readonly targetCalls: readonly Place[];
  /** Whether `staprun -x` makes a difference, or could make one: probes of user space fire for that process only. */
  readonly reachesTarget: boolean;
  /** Output that ends a probe within a line. */
  readonly openLines: readonly Place[];
  /** Names that look like a slip for one of SystemTap's library. */
  readonly unknownNames: readonly {
    readonly kind: UnknownName['kind'];
    readonly nearest: string;
    readonly place: Place;
  }[];
  readonly badNumbers: readonly BadNumber[];
  readonly badPoints: readonly BadPoint[];
  /** What stands where a global has its first value, and is no literal. */
  readonly badInitials: readonly { readonly text: string; readonly place: Place; readonly argument?: number }[];
  /** Arguments within quotes, where they are none: `"$1"`. */
  readonly quotedArguments: ReadonlySet<number>;
  /** The arguments that are used as a text, such as `@1`. */
  readonly textArguments: ReadonlySet<number>;
  /** Names from an argument that the script does not know: a text was meant. */
  readonly pastedNames: readonly { readonly argument: number; readonly name: string; readonly place: Place }[];
}

export interface WordInProbePoint {
  readonly text: string;
  readonly place: Place;
  /** The argument that it comes from. */
  readonly argument?: number;
  /** `string`: a text in place of the number of a timer. */
  readonly kind: 'global' | 'name' | 'string';
}

/**
 * Describes a script with these arguments (undefined: a value that is not known yet), with or without guru mode. Never fails:
 * a script that stap refuses is described as far as possible.
 */
export function describeScript(
  source: SourceFile,
  args: readonly (string | undefined)[] = [],
  guru?: boolean,
): ScriptDescription {
  const raw = tokenizeStp(source.text);
  const outline = outlineStp(raw, args, guru);
  const at = locateTokens(source);
  const { tokens, probes } = outline;
  const bodies = [...probes.flatMap(({ condition, body }) => [condition, body]), ...outline.functions.map(f => f.body)];
  const own = new Set(outline.functions.map(({ name }) => name));
  const callsOf = (name: string): readonly Place[] =>
    own.has(name) ? [] : bodies.flatMap(body => body.filter((_, index) => isCall(body, index, name)).map(at));
  const setCalls = ['target_set_pid', 'target_set_report'].flatMap(callsOf);
  const targetCalls = [...(own.has('target') ? [] : findNeededTargets(bodies).map(at)), ...setCalls];
  const asksForTarget = targetCalls.length > 0 || callsOf('target').length > 0;
  const isOpaque = tokens.some(token => token.kind === 'embedded-c' || isLibraryMacro(token));
  const probed = probedBodies(outline);
  const usedAliases = new Set(
    probed.filter(({ probe, sure }) => sure && probe.kind === 'alias').map(({ probe }) => probe),
  );
  const targetUses = findTargetUses(outline, probed);
  const globals = describeGlobals(outline, at);
  const names = new Set(globals.map(({ name }) => name));
  const rawArguments = raw.filter(({ kind }) => kind === 'argument');
  const written = raw.filter(({ kind, text }) => kind === 'argument' && !text.endsWith('#'));
  const needed = new Set(tokens.filter(({ kind, sure }) => kind === 'argument' && sure).map(({ start }) => start));
  return {
    certain: outline.isWhole,
    ...(outline.unclosed === undefined
      ? {}
      : { unclosed: { mark: /^(?:%\{|.)/.exec(outline.unclosed.text)?.[0] ?? '', place: at(outline.unclosed) } }),
    ...(outline.unopened === undefined
      ? {}
      : { unopened: { mark: outline.unopened.text, place: at(outline.unopened) } }),
    globals,
    arguments: written.map(token => ({
      number: Number(token.text.slice(1)),
      place: at(token),
      isNeeded: needed.has(token.start),
    })),
    takesAnyArguments: raw.some(token => /^(?:[$@]#|argv|argc|argv_\d+)$/.test(token.text)),
    end: describeEnd(outline, at),
    guruUses: findGuruUses(outline, targetUses).map(({ kind, token, sure }) => ({
      kind,
      place: at(token),
      isSure: sure,
    })),
    targetUses: targetUses.map(({ kind, access, token, sure }) => ({
      kind,
      access,
      name: token.text,
      place: at(token),
      isSure: sure,
    })),
    ...lacksOf(outline),
    strayCharacters: tokens
      .filter(token => token.sure && token.kind === 'operator' && /[^\x20-\x7e]/.test(token.text))
      .map(token => ({ character: token.text, place: at(token) })),
    headerOptions: readHeaderOptions(source, raw),
    wordsInProbePoints: probes.flatMap(({ head }) => findWords(head, names, at)),
    globalsSetInBegin: probes
      .filter(probe => probe.kind === 'probe' && pointsOf(probe.head).some(([first]) => first?.text === 'begin'))
      .flatMap(({ body }) => findOverwritten(body, names))
      .map(token => ({ name: token.text, place: at(token) })),
    countVariables: probes.filter(isSyscallProbe).flatMap(probe => findSyscallVariables(probe).map(at)),
    shellCommands: callsOf('system'),
    targetCalls,
    reachesTarget: asksForTarget || isOpaque || !probes.every(isOfKernelOnly),
    openLines: findOpenLines(outline).map(at),
    unknownNames: findUnknownNames(outline).map(({ kind, nearest, token }) => ({ kind, nearest, place: at(token) })),
    badNumbers: findBadNumbers(outline, at),
    badInitials: outline.badInitials.map(({ text, argument, ...token }) => ({
      text,
      place: at(token),
      ...(argument === undefined ? {} : { argument: argument.number }),
    })),
    quotedArguments: findQuotedArguments(raw),
    badPoints: probes
      .filter(probe => probe.kind === 'probe' || usedAliases.has(probe))
      .flatMap(probe => findBadPoints(probe, rawArguments, at)),
    textArguments: new Set(raw.filter(({ text }) => /^@\d/.test(text)).map(({ text }) => Number(text.slice(1)))),
    pastedNames: findPastedNames(outline, bodies, at),
  };
}

function isCall(body: readonly ParsedToken[], index: number, name: string): boolean {
  const token = body[index];
  return token?.text === name && token.kind === 'identifier' && token.sure && body[index + 1]?.text === '(';
}

/** Aliases of the library may stand for points of user space. */
function isOfKernelOnly({ kind, head }: StpProbe): boolean {
  return kind === 'probe' && pointsOf(head).every(([first]) => kernelPoints.has(first?.text ?? ''));
}

const kernelPoints: ReadonlySet<string> = new Set(
  'begin end error never timer kernel module syscall nd_syscall vfs scheduler'.split(' '),
);

function lacksOf({ tokens, probes, isWhole }: StpOutline): Pick<ScriptDescription, 'lacks'> {
  if (!isWhole || probes.some(({ kind }) => kind === 'probe')) return {};
  return { lacks: tokens.length === 0 ? 'anything' : 'probes' };
}

function isSyscallProbe({ head }: StpProbe): boolean {
  // The system calls of `process("/bin/ls").syscall` have variables of their own.
  return head.some(({ text }, index) => /^(?:nd_)?syscall$/.test(text) && head[index - 1]?.text !== '.');
}

/**
 * `@defined($fd) ? $fd : fd` is right on every kernel. Calls that are not probed at their entry from user space have
 * variables still, and so do `$return` and what begins with `$$`.
 */
function findSyscallVariables({ head, body }: StpProbe): readonly ParsedToken[] {
  const hasParameters = head.some(({ text }) =>
    /^(?:v?fork|clone|execve|execveat|(?:rt_)?sigreturn|.*\*.*)$/.test(text),
  );
  const asked = new Set(
    body.flatMap((token, index) => (/^@(?:choose_)?defined$/.test(token.text) ? (body[index + 2]?.text ?? []) : [])),
  );
  return body.filter(
    ({ kind, text, sure, argument }) =>
      kind === 'target-variable' &&
      sure &&
      argument === undefined &&
      /^\$[a-z]\w*$/.test(text) &&
      (text === '$count' || !hasParameters) &&
      !/^\$(?:return|regs|__regs)$/.test(text) &&
      !asked.has(text),
  );
}

function findWords(
  head: readonly ParsedToken[],
  globals: ReadonlySet<string>,
  at: (token: ParsedToken) => Place,
): readonly WordInProbePoint[] {
  return head.flatMap((token, index): WordInProbePoint[] => {
    if (!token.sure || head[index - 1]?.text !== '(') return [];
    const { text, argument } = token;
    const from = argument === undefined ? {} : { argument: argument.number };
    const found = { text, place: at(token), ...from };
    if (token.kind === 'identifier') return [{ ...found, kind: globals.has(text) ? 'global' : 'name' }];
    const isTimer = head[index - 4]?.text === 'timer' && timerUnits.has(head[index - 2]?.text ?? '');
    return token.kind === 'string' && isTimer ? [{ ...found, kind: 'string' }] : [];
  });
}

const timerUnits: ReadonlySet<string> = new Set('s sec ms msec us usec ns nsec hz jiffies'.split(' '));

/** The globals whose first use assigns a value that does not depend on the old one. */
function findOverwritten(body: readonly ParsedToken[], globals: ReadonlySet<string>): readonly ParsedToken[] {
  const seen = new Set<string>();
  return body.filter((token, index) => {
    if (token.kind !== 'identifier' || !globals.has(token.text) || seen.has(token.text)) return false;
    seen.add(token.text);
    return overwrites(body, index);
  });
}

/** False where the new value is made of the old one: `n = n * 1000`. */
function overwrites(body: readonly ParsedToken[], at: number): boolean {
  const name = body[at]?.text;
  if (body[at + 1]?.text !== '=') return false;
  for (let index = at + 2; index < body.length; index++) {
    const [before, token] = [body[index - 1], body[index]];
    // Semicolons are optional: an operand behind an operand begins the next statement.
    if (token === undefined || /^[;}]$/.test(token.text) || (isOperandEnd(before) && isWord(token))) return true;
    if (token.text === name) return false;
  }
  return true;
}

function isOperandEnd(token: ParsedToken | undefined): boolean {
  return token !== undefined && (isWord(token) || token.text === ')' || token.text === ']');
}

function isWord({ kind }: ParsedToken): boolean {
  return kind !== 'operator' && kind !== 'preprocessor' && kind !== 'embedded-c' && kind !== 'at-word';
}

function findQuotedArguments(raw: readonly StpToken[]): ReadonlySet<number> {
  const texts = raw.filter(({ kind }) => kind === 'string').map(({ text }) => text);
  return new Set(texts.flatMap(text => [...text.matchAll(/[$@](\d{1,3})/g)].map(([, number]) => Number(number))));
}

function findPastedNames(
  { tokens, functions }: StpOutline,
  bodies: readonly (readonly ParsedToken[])[],
  at: (token: ParsedToken) => Place,
): ScriptDescription['pastedNames'] {
  const known = new Set(functions.map(({ name }) => name));
  for (const { kind, text, argument } of tokens) if (kind === 'identifier' && argument === undefined) known.add(text);
  const seen = new Set<number>();
  const pasted = tokens.some(({ argument }) => argument !== undefined) ? bodies : [];
  return pasted.flatMap(body =>
    body.flatMap((token, index) => {
      const { kind, sure, text, argument } = token;
      if (argument === undefined || kind !== 'identifier' || !sure || known.has(text)) return [];
      // A function of the library, or the member of a structure.
      if (body[index + 1]?.text === '(' || body[index - 1]?.text === '->') return [];
      if (seen.has(argument.number)) return [];
      seen.add(argument.number);
      return [{ argument: argument.number, name: text, place: at(token) }];
    }),
  );
}
