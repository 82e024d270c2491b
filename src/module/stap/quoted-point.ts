import { pasteArguments } from '../../script/paste-arguments.ts';
import { tokenizeStp } from '../../script/tokenize-stp.ts';
import { restAt } from './pasted-argument.ts';
import type { StapMessage } from './read-stap-messages.ts';

/** A probe point in a line that stap quotes. */
export interface QuotedPoint {
  /** As written: `process(@1).function("main")`. */
  readonly text: string;
  /** The program and the library of `process("…").library("…")`, with arguments filled in. */
  readonly programs: readonly string[];
  /** Its first word. */
  readonly family: string;
}

/** The point that stap could not resolve; undefined where the message is about something else. */
export function quotedPoint(message: StapMessage, args: readonly string[]): QuotedPoint | undefined {
  const { during, source, at } = message;
  if (during !== 'while resolving probe point' || source === undefined || at === undefined) return undefined;
  const rest = restAt(source, at.column);
  const tokens = pasteArguments(tokenizeStp(rest), args);
  let depth = 0;
  let length = tokens.length;
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'operator') continue;
    if (depth === 0 && /^(?:[,{!?=]|\+=)$/.test(text)) {
      length = index;
      break;
    }
    if (text === '(') depth++;
    else if (text === ')') depth--;
  }
  const point = tokens.slice(0, length);
  const programs = point.flatMap(({ kind, text }, index) =>
    kind === 'string' && point[index - 1]?.text === '(' && /^(?:process|library)$/.test(point[index - 2]?.text ?? '')
      ? [text.slice(1, -1)]
      : [],
  );
  return { text: rest.slice(0, point.at(-1)?.end ?? 0), programs, family: point[0]?.text ?? '' };
}
