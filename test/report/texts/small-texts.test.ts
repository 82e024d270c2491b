import { expect, test } from 'vitest';
import { formatBytes } from '../../../src/model/format-bytes.ts';
import { countOf, formatSeconds } from '../../../src/report/layout/amounts.ts';
import { clusters, displayWidth, truncateToWidth } from '../../../src/report/layout/display-width.ts';
import { createStyle } from '../../../src/report/layout/style.ts';
import { wrapText } from '../../../src/report/layout/wrap-text.ts';

test.each([
  [0, '0s'],
  [0.04, '0s'],
  [0.44, '0.4s'],
  [9.97, '10s'],
  [30, '30s'],
  [59.6, '1m'],
  [90, '1m30s'],
  [7200, '2h'],
  [3661, '1h1m1s'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [812, '812B'],
  [312_456, '312kB'],
  [999_600, '1MB'],
  [1_440_000, '1.4MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('counts agree with their nouns', () => {
  expect([countOf(1, 'host'), countOf(0, 'host'), countOf(2, 'batch')]).toEqual(['1 host', '0 hosts', '2 batches']);
});

test.each([
  ['abc', 3],
  ['größe', 5],
  ['e\u0301', 1],
  ['日本', 4],
  ['🎉', 2],
  ['👩‍👩‍👧', 2],
  ['✔ ok', 4],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('what does not fit ends with an ellipsis, and never in half a character', () => {
  expect(truncateToWidth('batch 1 of 3', 20)).toBe('batch 1 of 3');
  expect(truncateToWidth('batch 1 of 3', 9)).toBe('batch 1…');
  expect(truncateToWidth('日本語', 4)).toBe('日…');
});

test.each(['plain', 'e\u0301te\u0301', 'a\r\nb', '👨‍👩‍👧 and 🇩🇪', '日本語', 'a\u0308\u0301 b', ''])(
  'what is one character to a reader is one here: %j',
  text => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    expect(clusters(text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
  },
);

test('a line of 200,000 columns is measured at once, though the segmenter alone would take half a minute', () => {
  const text = 'é… and 日 '.repeat(20_000);
  expect(displayWidth(text)).toBe(200_000);
});

test('texts wrap at blanks, and what is too wide stays whole', () => {
  expect(wrapText('one two three four', 12, 4)).toEqual(['one two', '    three', '    four']);
  expect(wrapText('run tapbook-clean-20261123T004105Z now', 12)).toEqual([
    'run',
    '    tapbook-clean-20261123T004105Z',
    '    now',
  ]);
});

test('a host has the same colour every time, and plain has none', () => {
  const { byKey } = createStyle('colour');
  expect(byKey('db1', 'db1')).toBe(byKey('db1', 'db1'));
  expect(new Set(['db1', 'db2', 'db3', 'web1', 'mail'].map(name => byKey(name, 'x'))).size).toBeGreaterThan(2);
  expect(createStyle('plain').byKey('db1', 'db1')).toBe('db1');
});
