import type { Place } from '../model/source.ts';
import { isLibraryMacro } from './is-library-macro.ts';
import type { StpOutline, StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf, timerSeconds } from './probe-points.ts';

/** Whether and when a script ends by itself. */
export interface ScriptEnd {
  /** Whether a call before the end (such as `exit()` or `error()`) or a probe (`oneshot`) may end the script. */
  readonly callsExit: boolean;
  /** Probes that are sure to call exit(), and the seconds until they first do. */
  readonly timers: readonly { readonly seconds: number; readonly place: Place }[];
  /** The seconds before the first timer fires, if only timers can end the script. */
  readonly notBefore: number | undefined;
}

export function describeEnd({ probes, functions, tokens }: StpOutline, at: (token: ParsedToken) => Place): ScriptEnd {
  const runs = probes.filter(({ kind }) => kind === 'probe');
  // A call in `probe end` comes too late to end the script. Nothing is known of embedded C and of library macros.
  const before = [
    ...probes.filter(({ head }) => !pointsOf(head).every(([first]) => /^(?:end|error)$/.test(first?.text ?? ''))),
    ...functions,
  ];
  const hidden = tokens.some(token => token.kind === 'embedded-c' || isLibraryMacro(token));
  const oneshot = runs.some(({ head }) => pointsOf(head).some(([first]) => first?.text === 'oneshot'));
  const enders = before.filter(({ body }) => body.some((_, index) => endsScript(body, index)));
  const timers = runs.flatMap(probe => {
    const seconds = earliest(probe);
    const exit = findSureExit(probe.body);
    return seconds === undefined || exit === undefined ? [] : [{ seconds, place: at(exit) }];
  });
  const waits = enders.map(ender => ('head' in ender && ender.kind === 'probe' ? latestStart(ender) : undefined));
  const isKnown = enders.length > 0 && !hidden && !oneshot && waits.every(wait => wait !== undefined);
  return {
    callsExit: hidden || oneshot || enders.length > 0,
    timers,
    notBefore: isKnown ? waits.reduce<number>((least, wait) => Math.min(least, wait ?? 0), Infinity) : undefined,
  };
}

function endsScript(body: readonly ParsedToken[], index: number): boolean {
  const token = body[index];
  return (
    token?.kind === 'identifier' &&
    /^(?:exit|abort|error|assert)$/.test(token.text) &&
    body[index + 1]?.text === '(' &&
    body[index - 1]?.text !== '->'
  );
}

/** The seconds until the first of its timers fires: by then the probe has run at least once. */
function earliest({ head }: StpProbe): number | undefined {
  const seconds = pointsOf(head).flatMap(point => timerSeconds(point) ?? []);
  return seconds.length === 0 ? undefined : seconds.reduce((one, other) => Math.min(one, other));
}

/** The seconds during which the probe certainly has not run; undefined if it has other points than timers. */
function latestStart(probe: StpProbe): number | undefined {
  const seconds = pointsOf(probe.head).map(timerSeconds);
  return seconds.every(one => one !== undefined) ? earliest(probe) : undefined;
}

/**
 * Finds an exit() that is a statement of its own on the outermost level, and that nothing skips. Semicolons are optional, so
 * the token before it decides: `if (x) exit()` depends on the condition, `f(x) exit()` does not.
 */
function findSureExit(body: readonly ParsedToken[]): ParsedToken | undefined {
  let depth = 0;
  const callers: string[] = [];
  let closed = '';
  for (const [index, token] of body.entries()) {
    const before = body[index - 1];
    const { text, sure } = token;
    if (!sure || isLibraryMacro(token) || (/^(?:return|next)$/.test(text) && before?.text !== '->')) return undefined;
    if (text === '{') depth++;
    else if (text === '}') depth--;
    else if (text === '(') callers.push(before?.text ?? '');
    else if (text === ')') closed = callers.pop() ?? '';
    else if (depth === 0 && text === 'exit' && body[index + 1]?.text === '(' && isStatement(before, closed))
      return token;
  }
  return undefined;
}

/** Whether a new statement begins behind a token. `closed` is the word before the parentheses that the token closes. */
function isStatement(before: ParsedToken | undefined, closed: string): boolean {
  if (before === undefined) return true;
  const { kind, text } = before;
  if (text === ')') return !/^(?:if|while|for|foreach)$/.test(closed);
  if (kind === 'identifier') return text !== 'else';
  return kind === 'operator' ? /^(?:[;}\]]|\+\+|--)$/.test(text) : kind !== 'preprocessor';
}
