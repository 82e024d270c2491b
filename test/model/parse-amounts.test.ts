import { expect, test } from 'vitest';
import { parseDuration, parseSize } from '../../src/model/parse-amounts.ts';

test.each([
  [90, 90],
  ['30s', 30],
  ['1m30s', 90],
  ['1h30m', 5400],
  ['2d', 172_800],
  ['1d1h1m1s', 90_061],
  ['010s', 10],
  ['', undefined],
  ['30', undefined],
  ['1.5h', undefined],
  ['30s1m', undefined],
  ['30 s', undefined],
  ['-1s', undefined],
])('the duration %j is %j seconds', (written, seconds) => {
  expect(parseDuration(written)).toBe(seconds);
});

test.each([
  [1000, 1000],
  ['0B', 0],
  ['50MB', 50_000_000],
  ['50MiB', 52_428_800],
  ['1.5kB', 1500],
  ['1.5KiB', 1536],
  ['2GB', 2_000_000_000],
  ['1TiB', 1_099_511_627_776],
  ['50', undefined],
  ['50Mb', undefined],
  ['MB', undefined],
])('the size %j is %j bytes', (written, bytes) => {
  expect(parseSize(written)).toBe(bytes);
});
