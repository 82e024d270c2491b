/**
 * Many names as few words: `db[01-30],web1`. Names that differ in one number fold into runs, with their padding and
 * with gaps: `db[1-3,7]`. A word stands where its first name stood; a name that stands twice counts once.
 */
export function foldHosts(names: readonly string[]): string {
  return foldIntoWords(names)
    .map(word => word.text)
    .join(',');
}

/** The same, cut to about so many columns: `db[01-30],web1 and 214 more`. At least one word is shown whole. */
export function foldHostsWithin(names: readonly string[], columns: number): string {
  const words = foldIntoWords(names);
  const whole = words.map(word => word.text).join(',');
  if (whole.length <= columns) return whole;
  let text = '';
  let left = words.reduce((sum, word) => sum + word.hosts, 0);
  for (const word of words) {
    const longer = text === '' ? word.text : `${text},${word.text}`;
    if (text !== '' && longer.length + ` and ${left} more`.length > columns) break;
    text = longer;
    left -= word.hosts;
  }
  return left === 0 ? text : `${text} and ${left} more`;
}

interface Word {
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
  const unique = [...new Set(names)];
  const all = familiesOf(unique, name => numbersIn(name));
  const largest = (name: string): Numbered[] => {
    const sized = numbersIn(name).map(number => ({ number, size: all.get(familyKey(number))?.members.length ?? 0 }));
    const best = sized.reduce<(typeof sized)[number] | undefined>(
      (winner, next) => (winner === undefined || next.size > winner.size ? next : winner),
      undefined,
    );
    return best === undefined ? [] : [best.number];
  };
  const wordOf = new Map<string, Word & { readonly first: string }>();
  for (const { head, tail, members } of familiesOf(unique, largest).values()) {
    const first = members[0];
    if (first === undefined || members.length < 2) continue;
    const text = `${head}[${runsOf(members.map(member => member.digits))}]${tail}`;
    for (const { name } of members) wordOf.set(name, { text, hosts: members.length, first: first.name });
  }
  return unique.flatMap(name => {
    const word = wordOf.get(name);
    if (word === undefined) return [{ text: name, hosts: 1 }];
    return word.first === name ? [word] : [];
  });
}

interface Numbered {
  readonly name: string;
  readonly head: string;
  readonly digits: string;
  readonly tail: string;
}

/** Every number in a name, the last one first: of two equally large families it is the likelier one (`rack1-db07`). */
function numbersIn(name: string): Numbered[] {
  return [...name.matchAll(/\d+/g)]
    .filter(match => match[0].length <= longestNumber)
    .map(match => {
      const digits = match[0];
      return { name, digits, head: name.slice(0, match.index), tail: name.slice(match.index + digits.length) };
    })
    .reverse();
}

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

/** `01-03,07`, in numeric order. */
function runsOf(digits: readonly string[]): string {
  const sorted = [...digits].sort((left, right) => Number(left) - Number(right) || left.length - right.length);
  const runs: { first: string; last: string }[] = [];
  for (const number of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && follows(run.last, number)) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs
    .map(({ first, last }) => {
      if (first === last) return first;
      return Number(last) === Number(first) + 1 ? `${first},${last}` : `${first}-${last}`;
    })
    .join(',');
}

/** Whether counting on from the one, with its padding, writes the other: 9 → 10, 09 → 10, 99 → 100, but not 9 → 010. */
function follows(last: string, next: string): boolean {
  if (Number(next) !== Number(last) + 1) return false;
  return next.length === last.length || (next.length === last.length + 1 && !next.startsWith('0'));
}
