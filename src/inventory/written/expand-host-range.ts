import { err, ok, type Result } from '../../model/result.ts';

/** A pattern for more hosts is a mistake, and would only fill the memory. */
export const mostHostsOfAPattern = 100_000;

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The names that `db[01:50]`, `[a:f]-node[1:10:2]` stand for, as Ansible expands them: both ends count, a step may
 * follow, and a leading zero in the first number sets the number of digits. The error is a sentence.
 */
export function expandHostRange(pattern: string): Result<readonly string[], string> {
  // Within a range there is no bracket.
  const pieces = [...pattern.matchAll(/\[([^[\]]*)\]/g)];
  const rest = pattern.replace(/\[[^[\]]*\]/g, '');
  if (/[[\]]/.test(rest)) return err('a bracket has no partner');
  const choices: (readonly string[])[] = [];
  let count = 1;
  for (const piece of pieces) {
    const bounds = readBounds(piece[1] ?? '');
    if (!bounds.ok) return bounds;
    count *= bounds.value.count;
    if (count > mostHostsOfAPattern) return err(`it stands for more than ${mostHostsOfAPattern} hosts`);
    choices.push(bounds.value.names());
  }
  let names = [pattern.slice(0, pieces[0]?.index)];
  for (const [index, piece] of pieces.entries()) {
    const tail = pattern.slice(piece.index + piece[0].length, pieces[index + 1]?.index);
    names = names.flatMap(name => (choices[index] ?? []).map(choice => `${name}${choice}${tail}`));
  }
  return ok(names);
}

interface Bounds {
  readonly count: number;
  readonly names: () => readonly string[];
}

function readBounds(text: string): Result<Bounds, string> {
  const [first = '', last = '', stepText = '1', ...more] = text.split(':');
  if (more.length > 0 || !text.includes(':')) return err(`the range [${text}] is not BEGIN:END or BEGIN:END:STEP`);
  if (last === '') return err(`the range [${text}] has no end`);
  if (!/^\d{1,9}$/.test(stepText) || Number(stepText) === 0)
    return err(`the step of [${text}] is not a number above 0`);
  const step = Number(stepText);
  const isLetters = /^[a-zA-Z]$/.test(first) && /^[a-zA-Z]$/.test(last);
  if (!isLetters && !(/^\d{0,15}$/.test(first) && /^\d{1,15}$/.test(last))) {
    return err(`the range [${text}] has neither two numbers nor two letters`);
  }
  const from = isLetters ? letters.indexOf(first) : Number(first);
  const to = isLetters ? letters.indexOf(last) : Number(last);
  if (from > to) return err(`the range [${text}] begins after its end`);
  const digits = first.length > 1 && first.startsWith('0') ? first.length : 0;
  if (digits > 0 && last.length !== digits) return err(`the two ends of [${text}] differ in their number of digits`);
  const count = Math.floor((to - from) / step) + 1;
  const nameAt = (at: number) => (isLetters ? (letters[at] ?? '') : String(at).padStart(digits, '0'));
  return ok({ count, names: () => Array.from({ length: count }, (_, index) => nameAt(from + index * step)) });
}
