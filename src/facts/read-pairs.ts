import { printableLine } from '../model/printable-text.ts';
import { err, ok, type Result } from '../model/result.ts';

/** The `key=value` lines of a probe: the values of each key in the order in which they came. */
export type Pairs = ReadonlyMap<string, readonly string[]>;

/** Reads what a probe printed. The error says in one line what is wrong. */
export function readPairs(output: string, nonce: string): Result<Pairs, string> {
  const lines = findFacts(output, nonce);
  return lines.ok ? ok(parsePairs(lines.value)) : lines;
}

/** The lines between a probe's two marks. Text outside of them comes from a login shell. */
export function findFacts(output: string, nonce: string): Result<readonly string[], string> {
  const mark = `\n${nonce} begin\n`;
  const begin = `\n${output}`.indexOf(mark);
  if (begin === -1) return err(firstWords(output) ?? 'the probe printed nothing');
  // Minus the newline that was put before the output for the search.
  const facts = output.slice(begin + mark.length - 1);
  const end = `\n${facts}`.indexOf(`\n${nonce} end\n`);
  if (end === -1) return err('the probe broke off before its end');
  return ok(facts.slice(0, end).split('\n'));
}

/** In UTF-16 units: no path, version or name is longer, and they stand in plans and events. */
const longestValue = 1_000;

/** Lists of many names, which stand on one line: as long as a probe's output may be. */
const lists: ReadonlySet<string> = new Set(['groups', 'loaded']);

/**
 * Values are made printable, since they come from another machine; a longer one ends in `…`. Lines that are not `key=value`, and
 * empty values, are left out.
 */
export function parsePairs(lines: readonly string[]): Pairs {
  const pairs = new Map<string, string[]>();
  for (const line of lines) {
    const equals = line.indexOf('=');
    if (equals < 1) continue;
    const key = line.slice(0, equals);
    const value = printableLine(line.slice(equals + 1), lists.has(key) ? undefined : longestValue);
    if (value === '') continue;
    const values = pairs.get(key);
    if (values === undefined) pairs.set(key, [value]);
    else values.push(value);
  }
  return pairs;
}

/** The beginning of what was printed instead of facts: often the reason. */
function firstWords(output: string): string | undefined {
  const text = printableLine(output.slice(0, 5000), 200);
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
