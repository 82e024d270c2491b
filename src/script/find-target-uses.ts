import type { StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import type { ProbedBody } from './probed-bodies.ts';
import { reachedFunctions } from './reached-functions.ts';

/** A variable of the traced program or kernel that stap refuses, always or without guru mode. */
export interface TargetUse {
  /**
   * `guru`: assigned, which takes guru mode. Refused in any mode: `untraced`, where nothing has variables; `tracepoint`, where only what they point to can be assigned; `return`, where only `$return` can.
   */
  readonly kind: 'guru' | 'untraced' | 'tracepoint' | 'return';
  readonly access: 'write' | 'read';
  readonly token: ParsedToken;
  /** False where the preprocessor may leave it out. */
  readonly sure: boolean;
}

/**
 * Finds what a probe or a function that one calls does with variables of what is traced: `$return = -1`, `++$x`,
 * `$file->f_pos += 1`, `@cast(p, "file")->f_pos = 0`, `@var("jiffies") = 0`. Some probes have variables that may be written
 * (`$value` of procfs). What stands beside `@defined`, in an alias that nothing uses or behind `?` may never be looked at.
 * (tapsets.cxx: `need stap -g`; elaborate.cxx: `unresolved target-symbol expression`.)
 */
export function findTargetUses(outline: StpOutline, probed: readonly ProbedBody[]): readonly TargetUse[] {
  const told = new Map<ParsedToken, TargetUse>();
  let steps = 0;
  for (const { points, body, sure } of probed) {
    const judge = wordsOf(points);
    for (const one of [body, ...reachedFunctions(outline, body).map(called => called.body)]) {
      steps += one.length;
      if (steps > mostSteps) return [...told.values()];
      for (const use of usesIn(one, sure, judge)) if (told.get(use.token)?.sure !== true) told.set(use.token, use);
    }
  }
  return [...told.values()];
}

/** In tokens: many probes that call many functions multiply. No real script comes near. */
const mostSteps = 300_000;

/** What is said of a variable; undefined if stap takes it. */
type Judge = (name: string, access: TargetUse['access'], hasMembers: boolean) => TargetUse['kind'] | undefined;

function wordsOf(points: readonly (readonly ParsedToken[])[]): Judge {
  const judges = points.map(judgeOf);
  return (...variable) => judges.map(judge => judge(...variable)).find(kind => kind !== undefined);
}

function judgeOf([first, , second, ...rest]: readonly ParsedToken[]): Judge {
  const family = first?.text ?? '';
  const isReturn = [second, ...rest].some(token => token?.text === 'return');
  if (untraced.has(family)) return () => 'untraced';
  if (family === 'netfilter') return name => (name === '$verdict' ? 'guru' : undefined);
  if (family === 'kernel' && second?.text === 'trace') {
    return (_name, access, hasMembers) => (access === 'read' ? undefined : hasMembers ? 'guru' : 'tracepoint');
  }
  const isOfCode =
    libraryFamilies.has(family) ||
    (/^(?:kernel|module|process)$/.test(family) &&
      [second, ...rest].some(token => token?.text === 'function' || token?.text === 'statement'));
  return (name, access) =>
    !isOfCode || access === 'read' ? undefined : isReturn && name !== '$return' ? 'return' : 'guru';
}

const untraced: ReadonlySet<string> = new Set('begin end error never timer'.split(' '));

/** Those of the library that stand for functions of the kernel. */
const libraryFamilies: ReadonlySet<string> = new Set('syscall vfs netdev tcp udp socket signal'.split(' '));

function usesIn(body: readonly ParsedToken[], isProbed: boolean, judge: Judge): readonly TargetUse[] {
  if (body.some(({ text }) => /^@(?:choose_)?defined$/.test(text))) return [];
  return body.flatMap((token, index): readonly TargetUse[] => {
    if (token.argument !== undefined) return [];
    const sure = token.sure && isProbed;
    if (token.kind === 'at-word') {
      const isWrite = /^@(?:cast|var)$/.test(token.text) && isWritten(body, index, skipCall(body, index + 1));
      return isWrite ? [{ kind: 'guru', access: 'write', token, sure }] : [];
    }
    // What ends in $ or $$ is printed with its members.
    if (token.kind !== 'target-variable' || /^\$+$/.test(token.text)) return [];
    const end = skipMembers(body, index + 1);
    const access = isWritten(body, index, end) ? 'write' : 'read';
    const kind = judge(token.text, access, end > index + 1);
    return kind === undefined ? [] : [{ kind, access, token, sure }];
  });
}

function isWritten(body: readonly ParsedToken[], start: number, end: number): boolean {
  const behind = body[skipMembers(body, end)]?.text ?? '';
  if (/^(?:(?:[-+*/.|&^%]|<<|>>)?=|\+\+|--)$/.test(behind)) return true;
  const before = body[start - 1];
  // `a ++ $b` does not exist: an operator before a variable is the variable's.
  return before?.kind === 'operator' && /^(?:\+\+|--)$/.test(before.text) && !endsValue(body[start - 2]);
}

/** Whether the `++` behind a token may be that token's. */
function endsValue(token: ParsedToken | undefined): boolean {
  return token !== undefined && (/^(?:identifier|target-variable)$/.test(token.kind) || token.text === ']');
}

/** The index behind `->name` and `[…]`. */
function skipMembers(body: readonly ParsedToken[], at: number): number {
  let index = at;
  for (;;) {
    const text = body[index]?.text;
    if (text === '->') index += 2;
    else if (text === '[') index = skipBracket(body, index, '[', ']');
    else return index;
  }
}

function skipCall(body: readonly ParsedToken[], at: number): number {
  return body[at]?.text === '(' ? skipBracket(body, at, '(', ')') : at;
}

function skipBracket(body: readonly ParsedToken[], at: number, open: string, close: string): number {
  let depth = 0;
  for (let index = at; index < body.length; index++) {
    if (body[index]?.text === open) depth++;
    else if (body[index]?.text === close) depth--;
    if (depth === 0) return index + 1;
  }
  return body.length;
}
