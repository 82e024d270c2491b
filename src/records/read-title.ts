/** What a line above a histogram says: words, and numbers among them. */
export interface Title {
  /** The line with `#` for each number and each time: the same for all that differ in these only. */
  readonly shape: string;
  /** Numbers that may tell one histogram from another: of CPUs, processes, addresses, elements of an array. */
  readonly keys: readonly string[];
  /** Words and numbers in turn; the first and the last are words, which may be empty. */
  readonly parts: readonly string[];
  /** `time`: only when it was printed. `figures`: only what was measured, as `(min/avg/max: 0/47/94)`. Neither says what of. */
  readonly kind: 'time' | 'figures' | 'name';
}

/**
 * Reads a title. A number is measured, and no key, if it has a unit, a percent sign or a fraction, or if words such as min or
 * count are beside it. Digits within a word (`eth0`, `sda1`) are a part of that word.
 */
export function readTitle(text: string): Title {
  const parts: string[] = [];
  const numbers: NumberIn[] = [];
  let end = 0;
  for (const match of text.matchAll(numberForm)) {
    const { time, unit } = match.groups ?? {};
    parts.push(text.slice(end, match.index), match[0]);
    end = match.index + match[0].length;
    const isMeasured = unit !== undefined || /^[+-]?[\d,]+\.\d+$/.test(match[0]);
    numbers.push({ text: match[0], is: time !== undefined ? 'time' : isMeasured ? 'measured' : 'plain' });
  }
  parts.push(text.slice(end));
  return {
    shape: parts.map((part, index) => (index % 2 === 0 ? part : '#')).join(''),
    keys: keysAmong(numbers, parts),
    parts,
    kind: kindOf(numbers, parts),
  };
}

/** False, at little cost, for nearly all lines that are no time alone. */
export function mayBeTime(text: string): boolean {
  if (text.length > 100 || !/\d:\d\d|\d{10}|\d{4}[-/]\d\d/.test(text)) return false;
  const [word] = /[a-z]+/i.exec(text.replace(/\d[T ]\d/, '')) ?? [];
  return (
    word === undefined ||
    /^(?:mon|tue|wed|thu|fri|sat|sun|[jfmasond][a-z]{2}|z|utc)/i.test(word) ||
    isSilentOfTime(word)
  );
}

function isSilentOfTime(word: string): boolean {
  return timeWords.has(word.toLowerCase()) || isSilent(word.toLowerCase());
}

interface NumberIn {
  readonly text: string;
  readonly is: 'time' | 'measured' | 'plain';
}

const weekday = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?';
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const clock = String.raw`\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?: ?[ap]m)?`;
const timeForms = [
  // As of SystemTap's ctime() and tz_ctime().
  String.raw`(?:${weekday} )?${month} +\d{1,2} ${clock}(?: [a-z]{3,5})?(?: \d{4})?(?: [a-z]{3,5}(?=\W|$))?`,
  String.raw`\d{4}[-/]\d\d[-/]\d\d(?:(?: +|T)${clock}(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?`,
  clock,
];
/** Single letters are units only where they stand right behind the number. */
const unitForms = [
  ' ?%',
  ' ?(?:[num]?s|[num]?secs?|(?:nano|micro|milli)?seconds?|minutes?|mins?|hours?)',
  ' ?(?:[kmgt]i?b(?:/s|ps)?|(?:kilo|mega|giga)?bytes?(?:/s)?|[kmg]?hz|pages|sectors|blocks|cycles|jiffies|ticks)',
  '[mhkb]',
];
const numberForms = [
  '0x[0-9a-f]+',
  String.raw`\d+(?:\.\d+){2,}`,
  String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?`,
  String.raw`\d+\.\d+`,
  String.raw`\d+`,
  // An address without 0x.
  String.raw`(?=[a-f]*\d)[0-9a-f]{8,32}`,
];
const numberForm = new RegExp(
  String.raw`(?<![\w.]|\d:)(?<time>${timeForms.join('|')})(?!\w|:\d)|(?<![\w.])[+-]?(?:${numberForms.join('|')})(?<unit>${unitForms.join('|')})?(?!\w)`,
  'gi',
);

/** Beside these a number was measured. */
const measures = new Set(
  `min minimum max maximum avg average mean median count counts cnt total sum num samples sample n events calls hits
  entries std stdev stddev deviation var variance percentile latency time elapsed duration took interval`.split(/\s+/),
);
/** These say nothing of what is counted either. */
const fillers = new Set(
  'of in and the per for is are was at on with values value us ms ns s sec usec msec nsec seconds bytes'.split(' '),
);
const timeWords = new Set('time timestamp date ctime at on now the utc gmt clock'.split(' '));

/**
 * What a histogram is of: the words and numbers of its title, `#` for numbers that differ by host. Brackets around what was measured
 * say nothing then. Undefined if no word is left.
 */
export function nameOfTitle(parts: readonly (string | undefined)[]): string | undefined {
  const text = parts.map(part => part ?? '#').join('');
  const name = parts.includes(undefined)
    ? text.replace(/ ?[([]([^()[\]]*)[)\]]/g, (bracket, inner: string) => (saysNothing(inner) ? '' : bracket))
    : text;
  return name === '' ? undefined : name.trim();
}

function saysNothing(text: string): boolean {
  return text.includes('#') && wordsOf(text).length > 0 && wordsOf(text).every(isSilent);
}

function isSilent(word: string): boolean {
  return isMeasure(word) || fillers.has(word);
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z_]\w*/g) ?? [];
}

function isMeasure(word: string | undefined): boolean {
  return word !== undefined && (measures.has(word) || /^p\d{1,3}$/.test(word));
}

function keysAmong(numbers: readonly NumberIn[], parts: readonly string[]): readonly string[] {
  const keys: string[] = [];
  let isInList = false;
  for (const [index, { text, is }] of numbers.entries()) {
    const before = parts[index * 2] ?? '';
    const behind = parts[index * 2 + 2] ?? '';
    // `min/avg/max: 0/47/94`: what is true of the first is true of the list.
    const goesOn: boolean = isInList && /^\s*[/,|]\s*$/.test(before);
    isInList = goesOn || isMeasure(wordsOf(before).at(-1)) || isMeasure(/^ ([a-z]+)/i.exec(behind)?.[1]?.toLowerCase());
    if (is === 'plain' && !isInList) keys.push(text);
  }
  return keys;
}

function kindOf(numbers: readonly NumberIn[], parts: readonly string[]): Title['kind'] {
  const words = parts.flatMap((part, index) => (index % 2 === 0 ? wordsOf(part) : []));
  if (numbers.length === 0) return 'name';
  if (words.every(word => timeWords.has(word)) && numbers.every(isTime)) return 'time';
  if (!words.every(isSilent) || numbers.some(isAddress)) return 'name';
  if (numbers.some(({ is }) => is === 'time')) return 'time';
  return words.some(isMeasure) || numbers.every(({ is }) => is === 'measured') ? 'figures' : 'name';
}

/** Of a network or of memory: what is measured has none. */
function isAddress({ text }: NumberIn): boolean {
  return /^(?:\d+(?:\.\d+){3}|0x[\da-f]+)$/i.test(text);
}

/** Also seconds since 1970, and their thousandths and below, in this century. */
function isTime({ text, is }: NumberIn): boolean {
  return is === 'time' || /^1[4-9]\d{8}(?:\d{3}){0,3}(?:\.\d+)?$/.test(text);
}
