import { printableText } from './printable-text.ts';

/**
 * Many names as few words, safe to print on a terminal: `db[01-30],web1`. Names that differ in one number fold into runs, with their padding and
 * with gaps: `db[1-3,7]`. A word stands where its first name stood; a name that stands twice counts once.
 */
export function foldHosts(names: readonly string[]): string {
  return foldIntoWords(names)
    .map(word => word.text)
    .join(',');
}

/** The same, cut to about so many columns, also within a word: `db[01-30,40] and 214 more`. Something is always shown. */
export function foldHostsWithin(names: readonly string[], columns: number): string {
  const words = foldIntoWords(names);
  const whole = words.map(word => word.text).join(',');
  if (whole.length <= columns) return whole;
  let text = '';
  let left = words.reduce((sum, word) => sum + word.hosts, 0);
  for (const word of words) {
    const before = text === '' ? '' : `${text},`;
    const part = longestPart(word, columns - before.length - ` and ${left} more`.length, text === '' ? 1 : 0);
    if (part.hosts > 0) text = before + part.text;
    left -= part.hosts;
    if (part.hosts < word.hosts) break;
  }
  return left === 0 ? text : `${text} and ${left} more`;
}

/** As many runs of a word as fit into so many columns, but not fewer than `least`. */
function longestPart(word: Word, columns: number, least: number): { text: string; hosts: number } {
  if (word.text.length <= columns || word.runs.length === 0) {
    return word.text.length <= columns || least > 0 ? word : { text: '', hosts: 0 };
  }
  // Between the runs stand commas.
  let length = word.head.length + word.tail.length + '[]'.length - ','.length;
  let count = 0;
  let hosts = 0;
  for (const run of word.runs) {
    length += run.text.length + ','.length;
    if (count >= least && length > columns) break;
    count++;
    hosts += run.hosts;
  }
  const runs = word.runs.slice(0, count).map(run => run.text);
  return { text: `${word.head}[${runs.join(',')}]${word.tail}`, hosts };
}

/** One name, or several with the runs of their numbers. */
interface Word {
  readonly text: string;
  readonly hosts: number;
  readonly head: string;
  readonly tail: string;
  readonly runs: readonly Run[];
}

interface Run {
  readonly text: string;
  readonly hosts: number;
}

/** Names that share all but one number: `db`, `.prod`, and the digits between. */
interface Family {
  readonly head: string;
  readonly tail: string;
  readonly members: { readonly name: string; readonly digits: string }[];
}

function foldIntoWords(names: readonly string[]): Word[] {
  const unique = [...new Set(names.map(printableText))];
  const all = familiesOf(unique, name => numbersIn(name));
  const largest = (name: string): Numbered[] => {
    const sized = numbersIn(name).map(number => ({ number, size: all.get(familyKey(number))?.members.length ?? 0 }));
    const best = sized.reduce<(typeof sized)[number] | undefined>(
      (winner, next) => (winner === undefined || next.size > winner.size ? next : winner),
      undefined,
    );
    return best === undefined ? [] : [best.number];
  };
  const wordOf = new Map<string, { readonly word: Word; readonly first: string }>();
  for (const { head, tail, members } of familiesOf(unique, largest).values()) {
    const first = members[0];
    if (first === undefined || members.length < 2) continue;
    const runs = runsOf(members.map(member => member.digits));
    const text = `${head}[${runs.map(run => run.text).join(',')}]${tail}`;
    const word = { text, head, tail, runs, hosts: members.length };
    for (const { name } of members) wordOf.set(name, { word, first: first.name });
  }
  return unique.flatMap((name): Word[] => {
    const folded = wordOf.get(name);
    if (folded === undefined) return [{ text: name, hosts: 1, head: name, tail: '', runs: [] }];
    return folded.first === name ? [folded.word] : [];
  });
}

interface Numbered {
  readonly name: string;
  readonly head: string;
  readonly digits: string;
  readonly tail: string;
}

/** The last numbers of a name, the very last one first: of two equally large families it is the likelier one (`rack1-db07`). */
function numbersIn(name: string): Numbered[] {
  return [...name.matchAll(/\d+/g)]
    .filter(match => match[0].length <= longestNumber)
    .slice(-mostNumbers)
    .map(match => {
      const digits = match[0];
      return { name, digits, head: name.slice(0, match.index), tail: name.slice(match.index + digits.length) };
    })
    .reverse();
}

/** With each of them goes the rest of the name: of thousands of names with a hundred numbers that is more than fits into memory. */
const mostNumbers = 8;

/** Longer ones are no counting numbers, and no longer exact as a `number`. */
const longestNumber = 15;

function familiesOf(names: readonly string[], numbersOf: (name: string) => Numbered[]): Map<string, Family> {
  const families = new Map<string, Family>();
  for (const number of names.flatMap(numbersOf)) {
    const { name, head, digits, tail } = number;
    const family = families.get(familyKey(number)) ?? { head, tail, members: [] };
    family.members.push({ name, digits });
    families.set(familyKey(number), family);
  }
  return families;
}

function familyKey({ head, tail }: Numbered): string {
  return `${head}\0${tail}`;
}

/** `01-03` and `07`, in numeric order. */
function runsOf(digits: readonly string[]): Run[] {
  const sorted = [...digits].sort((left, right) => Number(left) - Number(right) || left.length - right.length);
  const runs: string[][] = [];
  for (const number of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && follows(last, number)) run.push(number);
    else runs.push([number]);
  }
  return runs.map(run => ({ text: run.length < 3 ? run.join(',') : `${run[0]}-${run.at(-1)}`, hosts: run.length }));
}

/** Whether counting on from the one, with its padding, writes the other: 9 → 10, 09 → 10, 99 → 100, but not 9 → 010. */
function follows(last: string, next: string): boolean {
  if (Number(next) !== Number(last) + 1) return false;
  return next.length === last.length || (next.length === last.length + 1 && !next.startsWith('0'));
}
