import { expect, test } from 'vitest';
import { wrapText } from '../../../src/report/layout/wrap-text.ts';

test('breaks at blanks, with four blanks before each further line; a word that is wider stays whole', () => {
  expect(wrapText('the module is still loaded: sudo staprun -d tapbook_0123456789', 20, 8)).toEqual([
    'the module',
    '    is still loaded:',
    '    sudo staprun -d',
    '    tapbook_0123456789',
  ]);
  expect(wrapText('表 表 表 é', 5)).toEqual(['表 表', '    表', '    é']);
  expect(wrapText('  begins with blanks', 80)).toEqual(['begins with blanks']);
  expect(wrapText('', 80)).toEqual(['']);
});

// A host's error of 60 kB, for whoever reads it from a pipe: by measuring the line anew at each word it took ten minutes.
test('a line without an end of 200,000 words that are not ASCII', () => {
  const text = 'é '.repeat(200_000).trim();
  expect(wrapText(text, Number.POSITIVE_INFINITY)).toEqual([text]);
});
