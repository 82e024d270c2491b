import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Place, placeAt } from '../../src/model/source.ts';

function at(text: string, start: number, end: number): Place {
  return placeAt({ path: 'f', text }, start, end);
}

describe('placeAt', () => {
  test.each([
    ['the first word', 'ab cd', 0, 2, { line: 1, column: 1, endColumn: 3, text: 'ab cd' }],
    ['a word in a later line', 'ab\ncd ef\n', 6, 8, { line: 2, column: 4, endColumn: 6, text: 'cd ef' }],
    ['a range over lines ends with its first', 'ab\ncd', 1, 5, { line: 1, column: 2, endColumn: 3, text: 'ab' }],
    ['an empty range marks one column', 'ab', 1, 1, { line: 1, column: 2, endColumn: 3, text: 'ab' }],
    ['a newline belongs to the line that it ends', 'ab\ncd', 2, 3, { line: 1, column: 3, endColumn: 4, text: 'ab' }],
    ['a text that begins with a newline', '\nab', 0, 1, { line: 1, column: 1, endColumn: 2, text: '' }],
    ['the end of the text', 'ab\n', 3, 3, { line: 2, column: 1, endColumn: 2, text: '' }],
    ['past the end', 'ab', 9, 12, { line: 1, column: 3, endColumn: 4, text: 'ab' }],
    ['before the start', 'ab', -3, 1, { line: 1, column: 1, endColumn: 2, text: 'ab' }],
    ['an empty text', '', 0, 0, { line: 1, column: 1, endColumn: 2, text: '' }],
    ['lines that end with CR LF', 'ab\r\ncd\r\n', 4, 6, { line: 2, column: 1, endColumn: 3, text: 'cd' }],
    ['columns in UTF-16 units', '😀x', 2, 3, { line: 1, column: 3, endColumn: 4, text: '😀x' }],
  ] as const)('%s', (_what, text, start, end, expected) => {
    expect(at(text, start, end)).toEqual({ file: 'f', ...expected });
  });

  test('every offset has the line and column that splitting into lines gives it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n') });
    fc.assert(
      fc.property(text, fc.nat(30), (written, offset) => {
        const start = Math.min(offset, written.length);
        const before = written.slice(0, start).split('\n');
        const place = at(written, start, start + 1);
        expect([place.line, place.column]).toEqual([before.length, (before.at(-1)?.length ?? 0) + 1]);
        expect(place.text).toBe(written.split('\n')[place.line - 1]);
      }),
    );
  });
});
