import type { Place } from '../model/source.ts';
import type { StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

export interface BadNumber {
  readonly text: string;
  readonly place: Place;
  /** `wraps`: stap accepts it, but makes it negative. `fraction`: `0.5`, or `10.0.0.1`. */
  readonly problem: 'malformed' | 'too-large' | 'wraps' | 'fraction';
  readonly argument?: number;
  /** A fraction as the first value of a global. */
  readonly isInitial?: true;
}

/** Numbers that stap refuses or changes. Fractions in the parentheses of a probe point are told as what is no literal there. */
export function findBadNumbers(
  { tokens, probes }: StpOutline,
  at: (token: Pick<ParsedToken, 'start' | 'end'>) => Place,
): readonly BadNumber[] {
  const heads = new Set(probes.flatMap(({ head }) => head));
  const found: BadNumber[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as ParsedToken;
    if (token.kind !== 'number' || !token.sure) continue;
    const last = endOfFraction(tokens, index);
    const run = tokens.slice(index, last + 1);
    const text = run.map(part => part.text).join('');
    const problem = run.length > 1 ? 'fraction' : problemOf(text, tokens[index - 1]?.text === '-');
    const from = token.argument === undefined ? {} : { argument: token.argument.number };
    const place = at({ start: token.start, end: run.at(-1)?.end ?? token.end });
    if (problem !== undefined && !(problem === 'fraction' && heads.has(token))) {
      const isInitial = problem === 'fraction' && isInitialOfGlobal(tokens, index);
      found.push({ text, place, problem, ...from, ...(isInitial ? { isInitial } : {}) });
    }
    index = last;
  }
  return found;
}

function isInitialOfGlobal(tokens: readonly ParsedToken[], at: number): boolean {
  const equals = tokens[at - 1]?.text === '-' ? at - 2 : at - 1;
  const isAssigned = tokens[equals]?.text === '=' && tokens[equals - 1]?.kind === 'identifier';
  return isAssigned && /^(?:global|private|,)$/.test(tokens[equals - 2]?.text ?? '');
}

/** The index of the last token of `0.5` or `10.0.0.1`, which stap takes for texts to be joined. */
function endOfFraction(tokens: readonly ParsedToken[], start: number): number {
  let last = start;
  for (;;) {
    const [number, point, next] = tokens.slice(last, last + 3);
    if (number === undefined || point?.text !== '.' || next?.kind !== 'number') return last;
    if (!touches(number, point) || !touches(point, next)) return last;
    last += 2;
  }
}

/** Whether nothing stands between two tokens: of an argument, all have its place. */
function touches(left: ParsedToken, right: ParsedToken): boolean {
  return left.argument?.number === right.argument?.number && (left.end === right.start || left.start === right.start);
}

/** Numbers as `strtoull` with base 0 reads them, up to 2⁶⁴-1 (parse.cxx, `parse_literal`). */
function problemOf(text: string, isNegative: boolean): BadNumber['problem'] | undefined {
  // 0b11 is a number only if the C library of stap knows C23.
  if (!/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.test(text)) return 'malformed';
  if (text.length < 19) return undefined;
  const isOctal = /^0[0-7]/.test(text);
  // No real number is that long, and BigInt is slow with very long ones.
  if (text.length > 100) return /^0[0-7bB]/.test(text) ? undefined : 'too-large';
  const value = BigInt(isOctal ? `0o${text.slice(1)}` : text);
  if (value >= 2n ** 64n) return 'too-large';
  // A number in hex is a mask: wrapping is intended.
  const isMask = isOctal || /^0[xXbB]/.test(text);
  return !isMask && value >= 2n ** 63n && !(isNegative && value === 2n ** 63n) ? 'wraps' : undefined;
}
