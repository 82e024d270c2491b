import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printableText } from '../../src/model/printable-text.ts';

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
])('%j becomes %j', (text, safe) => {
  expect(printableText(text)).toBe(safe);
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
        expect(safe).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        expect(stripVTControlCharacters(safe)).toBe(safe);
        expect(printableText(safe)).toBe(safe);
      },
    ),
  );
});

test('a hostile line of a megabyte is no work', () => {
  expect(printableText('\x1b]'.repeat(500_000))).toBe('');
  expect(printableText('\x9d'.repeat(1_000_000))).toBe('');
});
