import type { Random } from './random.ts';

/** What texts are changed with. */
export interface Material {
  readonly random: Random;
  /** Other examples of the same reader. */
  readonly others: readonly string[];
}

type Mutation = (text: string, material: Material) => string;

/** Small changes: of characters, words, numbers, lines, and of what YAML has. */
export const mutations: readonly Mutation[] = [
  // Characters.
  (text, { random }) => insertAt(text, random.below(text.length + 1), random.pick(characters)),
  (text, { random }) => replaceAt(text, random.below(text.length), 1, random.pick(characters)),
  (text, { random }) => replaceAt(text, random.below(text.length), 1, ''),
  (text, { random }) => replaceAt(text, random.below(text.length), 1, String.fromCharCode(random.below(256))),
  (text, { random }) => text.slice(0, random.below(text.length + 1)),
  (text, { random }) => text.slice(random.below(text.length + 1)),
  // Slices.
  (text, { random }) => replaceAt(text, random.below(text.length), random.size(text.length), ''),
  (text, { random }) => {
    const [from, length] = [random.below(text.length), random.size(text.length)];
    return insertAt(text, random.below(text.length + 1), text.slice(from, from + length));
  },
  (text, { random, others }) => {
    const other = random.pick(others);
    const [from, length] = [random.below(other.length), random.size(other.length)];
    return insertAt(text, random.below(text.length + 1), other.slice(from, from + length));
  },
  (text, { random, others }) => {
    const other = random.pick(others);
    return text.slice(0, random.below(text.length)) + other.slice(random.below(other.length));
  },
  // Words and numbers.
  (text, { random }) => replaceWord(text, /[\w.-]+/g, random, () => random.pick(words)),
  (text, { random, others }) =>
    replaceWord(text, /[\w.-]+/g, random, () => random.pick(random.pick(others).match(/[\w.-]+/g) ?? ['x'])),
  (text, { random }) => replaceWord(text, /[\w.-]+/g, random, word => `${word}${random.pick(characters)}`),
  (text, { random }) => replaceWord(text, /-?\d+(?:\.\d+)?/g, random, () => random.pick(numbers)),
  (text, { random }) => replaceWord(text, /-?\d+(?:\.\d+)?/g, random, () => random.pick(numbers)),
  (text, { random }) => text.replace(/\d+/g, number => (random.chance(0.3) ? random.pick(numbers) : number)),
  (text, { random }) => insertAt(text, random.below(text.length + 1), random.pick(words)),
  // Lines.
  (text, { random }) => changeLines(text, lines => lines.splice(random.below(lines.length), 1)),
  (text, { random }) => changeLines(text, lines => lines.splice(random.below(lines.length), random.size(lines.length))),
  (text, { random }) =>
    changeLines(text, lines => lines.splice(random.below(lines.length), 0, random.pick(lines), random.pick(lines))),
  (text, { random, others }) =>
    changeLines(text, lines =>
      lines.splice(random.below(lines.length), 0, random.pick(random.pick(others).split('\n'))),
    ),
  (text, { random }) =>
    changeLines(text, lines => {
      const at = random.below(lines.length);
      lines[at] = random.pick(['', ' ', '  ', '    ', '\t', '- ', '# ']) + (lines[at] ?? '').trimStart();
    }),
  (text, { random }) => changeLines(text, lines => lines.reverse().splice(random.below(lines.length), 1)),
  text => text.replaceAll('\n', '\r\n'),
  // Values and keys of YAML and of JSON.
  (text, { random }) => replaceWord(text, /(?<=[:=] ?)[^\n:=]+$/gm, random, () => random.pick(values)),
  (text, { random }) => replaceWord(text, /(?<=[:=] ?)[^\n:=]+$/gm, random, value => `[${value}]`),
  (text, { random }) => replaceWord(text, /(?<=[:=] ?)[^\n:=]+$/gm, random, value => `{ x: ${value} }`),
  (text, { random }) =>
    replaceWord(text, /"[^"\n]*"|\b(?:true|false|null|\d+)\b/g, random, () => random.pick(jsonValues)),
  (text, { random }) => replaceWord(text, /"[^"\n]*": ?/g, random, () => ''),
  (text, { random }) =>
    replaceWord(text, /^ *(?:- )?[\w-]+:/gm, random, key => key.replace(/[\w-]+:/, random.pick(keys))),
];

/** Changes that make a text as long as is wanted, of the same kind for each length. */
export const growths: readonly ((text: string, length: number, material: Material) => string)[] = [
  // A piece of it, over and over.
  (text, length, { random }) => {
    const from = random.below(text.length);
    const piece = text.slice(from, from + random.size(200)) || 'x';
    return insertAt(text, from, fill(piece, length));
  },
  (text, length, { random }) => insertAt(text, random.below(text.length + 1), fill(random.pick(pieces), length)),
  (text, length, { random }) => replaceWord(text, /[\w.-]+/g, random, () => fill(random.pick(pieces), length)),
  (text, length, { random }) =>
    replaceWord(text, /\d+/g, random, () => fill(random.pick(['9', '0', '1_', '1:']), length)),
  (text, length) => fill(`${text}\n`, length),
  (text, length, { random }) => {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    const line = `${lines[at]}\n`;
    return insertAt(text, lines.slice(0, at).join('\n').length + (at > 0 ? 1 : 0), fill(line, length));
  },
  // Many keys, names or numbers.
  (text, length, { random }) => {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    const line = `${lines[at] || 'x: 1'}\n`;
    const copies: string[] = [];
    for (let size = 0; size < length; size += line.length + 6) {
      copies.push(line.replace(/[\w-]+/, word => `${word}${copies.length}`));
    }
    lines.splice(at, 0, ...copies.join('').split('\n').slice(0, -1));
    return lines.join('\n');
  },
  // Deep nesting.
  (text, length, { random }) => {
    const [open, close] = random.pick(brackets);
    const depth = Math.ceil(length / (open.length + close.length));
    const nested = `${open.repeat(depth)}${random.chance(0.5) ? close.repeat(depth) : ''}`;
    return random.chance(0.5)
      ? insertAt(text, random.below(text.length + 1), nested)
      : replaceWord(text, /[\w.-]+/g, random, () => nested);
  },
  (text, length, { random }) => {
    const depth = Math.ceil(Math.sqrt(2 * length));
    const key = random.pick(['a:', '- a:', '-', '? a\n:', 'children:']);
    const steps = Array.from({ length: depth }, (_, step) => `${' '.repeat(step)}${key}\n`);
    return insertAt(text, text.lastIndexOf('\n', random.below(text.length)) + 1, steps.join(''));
  },
  // Aliases that multiply, and many of them.
  (text, length, { random }) => {
    const bomb = Array.from({ length: Math.min(60, length) }, (_, at) =>
      at === 0 ? 'b0: &b0 [x, x, x]' : `b${at}: &b${at} [${fill(`*b${at - 1},`, random.size(length / 60))}]`,
    );
    return `${bomb.join('\n')}\n${text}`;
  },
  (text, length) => `m: &m { a: 1 }\nn:\n${fill('  - <<: *m\n', length)}${text}`,
];

function fill(piece: string, length: number): string {
  return piece.repeat(Math.max(1, Math.ceil(length / Math.max(1, piece.length))));
}

function insertAt(text: string, at: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at);
}

function replaceAt(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function changeLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split('\n');
  change(lines);
  return lines.join('\n');
}

/** Puts something else in the place of one of the words; a text without any gets it at its end. */
function replaceWord(text: string, kind: RegExp, random: Random, by: (word: string) => string): string {
  // In a long text one of the first ones will do.
  const found = [...text.slice(0, 50_000).matchAll(kind)];
  const one = random.pick(found);
  if (one === undefined) return text + by('');
  return replaceAt(text, one.index, one[0].length, by(one[0]));
}

const characters = [
  ...'"\'`\\/{}[]()<>:;,.=+-*?&|!@#$%^~ \n\r\t_0aZé',
  '\0',
  '\x1b',
  '\x7f',
  '\u0085',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '\udc00',
  '\u{1f600}',
  '\u{10ffff}',
  'İ',
  'ß',
];

const numbers = [
  '0',
  '-0',
  '-1',
  '1',
  '00',
  '08',
  '0.1',
  '1e308',
  '1e309',
  '-1e400',
  '5e-324',
  '1e999999999',
  'NaN',
  '.nan',
  '-.inf',
  'Infinity',
  '255',
  '65536',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551616',
  '99999999999999999999999999999999999999',
  '9'.repeat(400),
  '9'.repeat(5_000),
  '0x',
  '0xffffffffffffffffff',
  '0b2',
  '1_000',
  '190:20:30',
  '２',
];

const words = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'length',
  'undefined',
  'null',
  'true',
  'all',
  'localhost',
  '*',
  '**',
  '~(a+)+$',
  '[1:9]',
  '[!a-]',
  '{{ x }}',
  '{{',
  '}}',
  '{% raw %}',
  '%h%%%',
  '%',
  '$1',
  '@1',
  '../../..',
  '/dev/null',
  '/dev/zero',
  '~',
  '-',
  '--',
  '<<',
  '!vault',
  '!!binary',
  '&a',
  '*a',
  '|',
  '>-',
  '---',
  '...',
  '%YAML 1.1',
  '# x',
  'a b',
  'NONCE',
  ...numbers,
];

const values = ['', '~', '[]', '{}', '[[]]', '{ a: }', '|', '>', '"', "'", '*a', '&a', '!x y', '"\\ud800"', ...words];
const jsonValues = [
  'null',
  '[]',
  '{}',
  '""',
  '[null]',
  '{"__proto__":{}}',
  '-1',
  '1e308',
  '1e999',
  '"\\ud800"',
  'true',
  '0',
];
const keys = ['x:', '<<:', '__proto__:', 'hosts:', 'vars:', 'name:', '? [a]\n:', '"":', '1:', '~:', '*a :', '&a b:'];
const brackets: readonly (readonly [string, string])[] = [
  ['[', ']'],
  ['{', '}'],
  ['(', ')'],
  ['[[a:b]', ']'],
  ['{"a":', '}'],
  ['{a: ', '}'],
  ['- ', ''],
  ['{{ ', ' }}'],
  ['{% if x %}', '{% endif %}'],
  ['if (1) ', ''],
  ['/* ', ' */'],
  ['"', '"'],
  ['-', ''],
  ['!', ''],
];
const pieces = [
  ' ',
  '\n',
  '\t',
  '\r',
  'a',
  '9',
  '*',
  '*a',
  '?',
  '#\n',
  '# x\n',
  ',',
  'a,',
  ':',
  'a:',
  '.',
  '1.',
  '-',
  '\\',
  '\\"',
  '"',
  "'",
  '&',
  '|',
  'é',
  '\u202e',
  '\u{1f600}',
  '\0',
  '\x1b[31m',
  '[',
  '[a-',
  '[0:9]',
  '(a+)+',
  '{{x}}',
  '{{',
  '{%',
  ' a=b',
  'x: 1\n',
  '- 1\n',
  '%h',
  '$(',
  'ab ',
  '/a',
  '../',
  '\n\n',
  ' \n',
  '@',
  '<',
];
