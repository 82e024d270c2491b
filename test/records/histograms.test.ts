import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Histogram } from '../../src/model/records.ts';
import { createHistogramMerge } from '../../src/records/merge-histograms.ts';
import { beginHistogram } from '../../src/records/read-histogram.ts';
import { formatHistogram } from '../../src/report/layout/histogram-text.ts';

/** A statistic as SystemTap keeps it: a count for each bucket, and how it prints. */
interface Statistic {
  readonly scale: 'log' | 'linear';
  readonly counts: readonly bigint[];
  readonly start: bigint;
  readonly interval: bigint;
}

/** What SystemTap prints, worked out over the whole array of buckets, which tapbook never has. */
function printed({ scale, counts, start, interval }: Statistic): string[] {
  const last = counts.length - 1;
  const filled = counts.flatMap((count, index) => (count > 0n ? [index] : []));
  let low = filled[0] ?? 0;
  let high = filled.at(-1) ?? 0;
  for (const _ of [1, 2]) {
    if (low > 0 && !(scale === 'log' && low === 64)) low--;
    if (high < last) high++;
  }
  if (scale === 'linear' && low === 0 && counts[0] === 0n) low++;
  if (scale === 'linear' && high === last && counts[last] === 0n) high--;
  const valueAt = (index: number): bigint => {
    if (scale === 'linear') return start + interval * BigInt(index === 0 ? 0 : index === last ? index - 2 : index - 1);
    return index === 64 ? 0n : index > 64 ? 2n ** BigInt(index - 65) : -(2n ** BigInt(63 - index));
  };
  const markAt = (index: number) => (scale === 'log' ? '' : index === 0 ? '<' : index === last ? '>' : '');
  const widest = (value: bigint, mark: boolean) => String(value).length + (mark ? 1 : 0);
  const valueWidth =
    scale === 'log'
      ? Math.max(5, widest(valueAt(low), false), widest(valueAt(high), false))
      : Math.max(5, widest(start, low === 0), widest(start + interval * BigInt(high), high === last));
  const most = counts.toSorted((left, right) => (left < right ? 1 : -1))[0] ?? 0n;
  const unit = most <= 50n ? 1n : (most + 49n) / 50n;
  const lines = [`${'value'.padStart(valueWidth)} |${'-'.repeat(50)} count`];
  let gap = false;
  for (let index = low; index <= high; index++) {
    const near = counts.slice(Math.max(low, index - 2), Math.min(high, index + 2) + 1);
    if (near.every(count => count === 0n)) {
      gap = true;
      continue;
    }
    if (gap) lines.push(`${' '.repeat(valueWidth)} ~`);
    gap = false;
    const count = counts[index] ?? 0n;
    const bar = '@'.repeat(Number(count / unit));
    const label = `${markAt(index)}${valueAt(index)}`.padStart(valueWidth);
    lines.push(`${label} |${bar}${String(count).padStart(51 - bar.length + String(most).length)}`);
  }
  return lines;
}

function readBack(lines: readonly string[]): Histogram {
  const [heading = '', ...rows] = lines;
  const reader = beginHistogram(heading);
  for (const row of rows) if (!reader?.take(row)) throw new Error(`not a row: ${row}`);
  const histogram = reader?.histogram();
  if (histogram === undefined) throw new Error(`no histogram: ${lines.join('\n')}`);
  return histogram;
}

const count = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0n) },
  { weight: 2, arbitrary: fc.bigInt(1n, 60n) },
  { weight: 1, arbitrary: fc.bigInt(1n, 2n ** 55n) },
);
const countsOf = (length: number) =>
  fc.array(count, { minLength: length, maxLength: length }).filter(counts => counts.some(one => one > 0n));
/** Several hosts' statistics of one script. */
const fleet = fc.oneof(
  fc
    .array(countsOf(128), { minLength: 1, maxLength: 5 })
    .map(hosts => hosts.map((counts): Statistic => ({ scale: 'log', counts, start: 0n, interval: 1n }))),
  fc
    .record({
      start: fc.bigInt(-2000n, 2000n),
      interval: fc.bigInt(1n, 5000n),
      length: fc.integer({ min: 3, max: 40 }),
    })
    .chain(({ start, interval, length }) =>
      fc
        .array(countsOf(length), { minLength: 1, maxLength: 5 })
        .map(hosts => hosts.map((counts): Statistic => ({ scale: 'linear', counts, start, interval }))),
    ),
);

describe('of made-up statistics', () => {
  test('one that is read and printed again is the same text', () => {
    fc.assert(
      fc.property(fleet, ([statistic]) => {
        if (statistic === undefined) return;
        const lines = printed(statistic);
        expect(formatHistogram(createHistogramMerge(readBack(lines)).merged())).toEqual(lines);
      }),
      { numRuns: 300 },
    );
  });

  test('those of a fleet, added up, are what one host would have printed that had seen it all', () => {
    fc.assert(
      fc.property(fleet, statistics => {
        const [first, ...others] = statistics;
        if (first === undefined) return;
        const merge = createHistogramMerge(readBack(printed(first)));
        for (const other of others) expect(merge.add(readBack(printed(other)))).toBe(true);
        const counts = first.counts.map((_, index) =>
          statistics.reduce((sum, one) => sum + (one.counts[index] ?? 0n), 0n),
        );
        expect(formatHistogram(merge.merged())).toEqual(printed({ ...first, counts }));
      }),
      { numRuns: 300 },
    );
  });
});

test('other buckets are not added up', () => {
  const statistic = (start: bigint, interval: bigint, ...counts: bigint[]): Histogram =>
    readBack(printed({ scale: 'linear', start, interval, counts }));
  const tens = () => createHistogramMerge(statistic(0n, 10n, 1n, 1n, 1n, 1n, 1n));
  expect(tens().add(statistic(0n, 5n, 1n, 1n, 1n, 1n, 1n))).toBe(false);
  expect(tens().add(statistic(5n, 10n, 1n, 1n, 1n, 1n, 1n))).toBe(false);
  // The same steps, but what lies below 10 is one bucket here and two there.
  expect(tens().add(statistic(10n, 10n, 1n, 1n, 1n, 1n, 1n))).toBe(false);
  expect(tens().add(statistic(0n, 10n, 1n, 1n, 1n, 1n, 1n, 1n))).toBe(false);
  expect(tens().add(statistic(0n, 10n, 0n, 1n, 1n, 1n, 0n))).toBe(true);
  const log = (...buckets: [number, bigint][]): Histogram => {
    const counts = Array.from({ length: 128 }, () => 0n);
    for (const [index, counted] of buckets) counts[index] = counted;
    return readBack(printed({ scale: 'log', counts, start: 0n, interval: 1n }));
  };
  expect(tens().add(log([70, 3n]))).toBe(false);
});

test('rows without end do not pile up', () => {
  const merge = createHistogramMerge({
    buckets: [
      { value: 0, count: 1 },
      { value: 1, count: 1 },
    ],
    valueWidth: 5,
    barWidth: 50,
  });
  let added = 0;
  for (let from = 0; from < 20_000; from += 1000) {
    const buckets = Array.from({ length: 1000 }, (_, index) => ({ value: from + index, count: 1 }));
    if (merge.add({ buckets, valueWidth: 5, barWidth: 50 })) added++;
  }
  expect(added).toBe(2);
  const hostile = createHistogramMerge({
    buckets: [
      { value: '-9223372036854775808', count: 1 },
      { value: 1, count: '18446744073709551615' },
      { value: '9223372036854775807', count: 3 },
    ],
    valueWidth: 20,
    barWidth: 5,
  });
  expect(formatHistogram(hostile.merged())).toMatchInlineSnapshot(`
    [
      "               value |----- count",
      "-9223372036854775808 |                         1",
      "-9223372036854775805 |                         0",
      "-9223372036854775802 |                         0",
      "                     ~",
      "                   1 |@@@@@ 18446744073709551615",
      "                     ~",
      " 9223372036854775807 |                         3",
    ]
  `);
});
