import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markUnprintable, printableLine, printableText } from '../../src/model/printable-text.ts';

test.each([
  ['plain text\twith a tab', 'plain text\twith a tab'],
  ['größer 日本 🎉 👩‍👩‍👧', 'größer 日本 🎉 👩‍👩‍👧'],
  ['\x1b[31mred\x1b[0m', 'red'],
  ['\x1b[2J\x1b[1;1Hcleared', 'cleared'],
  ['\x1b]0;a new title\x07text', 'text'],
  ['\x1b]8;;http://192.0.2.1/\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['\x1b]52;c;ZXZpbA==\x07text', 'text'],
  ['\x1bP1$r0m\x1b\\text', 'text'],
  ['\x9b31mred', 'red'],
  ['\x9d0;title\x9ctext', 'text'],
  ['\x1b(0lqk\x1bcreset', 'lqkreset'],
  ['\x1b]0;never ended, and real output', '0;never ended, and real output'],
  ['over\rwritten\x08\x08\x07\x00', 'overwritten'],
  ['\x1b\x1b[31[31mtwice', '31mtwice'],
  ['admin\u202egnp.exe\u2066\u200f', 'admingnp.exe'],
  ['line\u2028separator\n', 'lineseparator'],
  ['tag\u{e0041}\u{e007f}s', 'tags'],
  ['ad\u200bm\u2060i\ufeffn\xad', 'admin'],
  ['half \ud83c of a pair, \udf89 and a whole \ud83c\udf89', 'half  of a pair,  and a whole 🎉'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
])('%j becomes %j', (text, safe) => {
  expect(printableText(text)).toBe(safe);
});

test.each([
  ['plain', 'plain'],
  ['  a\tb\r\nc\x0b\x0cd\x85e\u2028f  ', 'a b c d e f'],
  ['NUL\x00s\x00\x00and\x7fDEL\x80C1', 'NUL s and DEL C1'],
  ['one\n\x1b[31mred\x1b[0m\x07\n', 'one red'],
  ['\x1b]0;a new title\x07text\nmore', 'text more'],
  ['admin\u202egnp.exe', 'admingnp.exe'],
  ['ad\u200bmin \ud83c', 'admin'],
  ['two  blanks stay, as in uname -v', 'two  blanks stay, as in uname -v'],
  ['👩‍👩‍👧 日本', '👩‍👩‍👧 日本'],
  ['\t\n', ''],
])('%j becomes the line %j', (text, line) => {
  expect(printableLine(text)).toBe(line);
});

test('a line that is too long ends in an ellipsis, and in no half of a character', () => {
  expect(printableLine('123456', 6)).toBe('123456');
  expect(printableLine(' 1234567 ', 6)).toBe('12345…');
  expect(printableLine('1234🎉🎉', 6)).toBe('1234…');
});

test('what would be taken out can be marked', () => {
  const mark = (character: string): string => `<${character.codePointAt(0)?.toString(16)}>`;
  expect(markUnprintable('a\tb\x1b[0m\r\u202e\u{e0041}\ud83c🎉', mark)).toBe('a\tb<1b>[0m<d><202e><e0041><d83c>🎉');
});

const piece = fc.constantFrom(
  '\x1b',
  '[',
  ']',
  '\x9b',
  '\x9d',
  '\x07',
  '\x1b\\',
  '\x9c',
  'P',
  '3',
  ';',
  'm',
  'text',
  '\r',
);

test('whatever comes, nothing is left that acts on a terminal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map(pieces => pieces.join('')),
        fc.string({ unit: 'binary' }),
      ),
      text => {
        const safe = printableText(text);
        expect(safe).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\p{Cs}]/u);
        expect(stripVTControlCharacters(safe)).toBe(safe);
        expect(printableText(safe)).toBe(safe);
        const line = printableLine(text);
        expect(line).not.toMatch(/\t/);
        expect(printableText(line)).toBe(line);
        expect(printableLine(line)).toBe(line);
      },
    ),
  );
});

test('a hostile line of a megabyte is no work', () => {
  expect(printableText('\x1b]'.repeat(500_000))).toBe('');
  expect(printableText('\x9d'.repeat(1_000_000))).toBe('');
  for (const start of ['\x1b]', '\x9d', '\x1b[', '\n\x1b']) expect(printableLine(start.repeat(300_000))).toBe('');
});
