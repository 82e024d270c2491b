import { expect, test } from 'vitest';
import type { Bucket } from '../../src/model/records.ts';
import { bucketRange } from '../../src/records/bucket-range.ts';

function rangesOf(scale: 'log' | 'linear', ...buckets: readonly Omit<Bucket, 'count'>[]) {
  const histogram = { scale, buckets: buckets.map(bucket => ({ ...bucket, count: 1 })), valueWidth: 5, barWidth: 50 };
  return buckets.map((_, index) => bucketRange(histogram, index));
}

test('of a logarithmic histogram, a bucket reaches to the next power of two', () => {
  expect(
    rangesOf(
      'log',
      { value: -4 },
      { value: -1 },
      { value: 0 },
      { value: 1 },
      { value: 8 },
      { value: '4611686018427387904' },
    ),
  ).toEqual([
    { from: -7, to: -4 },
    { from: -1, to: -1 },
    { from: 0, to: 0 },
    { from: 1, to: 1 },
    { from: 8, to: 15 },
    { from: '4611686018427387904', to: '9223372036854775807' },
  ]);
});

test('of a linear one, to the next row; the first and the last have no end', () => {
  expect(rangesOf('linear', { mark: '<', value: 10 }, { value: 10 }, { value: 15 }, { mark: '>', value: 25 })).toEqual([
    { to: 9 },
    { from: 10, to: 14 },
    { from: 15, to: 19 },
    { from: 25 },
  ]);
});
