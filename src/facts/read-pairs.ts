import { err, ok, type Result } from '../model/result.ts';

/** The `key=value` lines of a probe: the values of each key in the order in which they came. */
export type Pairs = ReadonlyMap<string, readonly string[]>;

/**
 * Reads what a probe printed between its two marks. Whatever stands outside of them is a login shell's. Control
 * characters are taken out of the values: they are another machine's text. The error says in one line what is wrong.
 */
export function readPairs(output: string, nonce: string): Result<Pairs, string> {
  const begin = output.indexOf(`${nonce} begin\n`);
  if (begin === -1) return err(firstWords(output) ?? 'the probe printed nothing');
  if (output.indexOf(`\n${nonce} end`, begin) === -1) return err('the probe broke off before its end');
  const pairs = new Map<string, string[]>();
  for (const line of betweenMarks(output, nonce).split('\n').slice(1)) {
    const equals = line.indexOf('=');
    if (equals < 1) continue;
    const key = line.slice(0, equals);
    const value = line
      .slice(equals + 1)
      .replace(/\p{Cc}+/gu, ' ')
      .trim();
    if (value === '') continue;
    const values = pairs.get(key);
    if (values === undefined) pairs.set(key, [value]);
    else values.push(value);
  }
  return ok(pairs);
}

/** What a probe printed, from its first mark up to its last. */
export function betweenMarks(output: string, nonce: string): string {
  const begin = output.indexOf(`${nonce} begin\n`);
  return output.slice(begin, output.indexOf(`\n${nonce} end`, begin));
}

/** What was printed in place of facts: often the reason. */
function firstWords(output: string): string | undefined {
  const text = output
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200);
  return text === '' ? undefined : `in place of facts it printed: ${text}`;
}

export function first(pairs: Pairs, key: string): string | undefined {
  return pairs.get(key)?.[0];
}

/** A whole number of at least 0, or undefined. */
export function count(pairs: Pairs, key: string): number | undefined {
  const text = first(pairs, key);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `Y`, `1` and `yes` are true, `N`, `0` and `no` are false. */
export function flag(pairs: Pairs, key: string): boolean | undefined {
  const text = first(pairs, key);
  if (text === undefined) return undefined;
  if (/^(?:Y|1|yes)$/.test(text)) return true;
  return /^(?:N|0|no)$/.test(text) ? false : undefined;
}

/** An entry only where there is a value, for exact optional properties. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
}
