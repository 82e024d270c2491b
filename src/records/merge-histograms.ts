import type { Bucket, Histogram } from '../model/records.ts';
import {
  indexBuckets,
  logBounds,
  logValue,
  possibleScales,
  type Scale,
  shownIndices,
  stepOf,
} from './index-buckets.ts';
import { gridOf, isOneGrid, joinGrids } from './linear-grid.ts';
import { toWide } from './wide-integer.ts';

/** Histograms of several hosts, added up bucket by bucket. */
export interface HistogramMerge {
  /** False if its buckets differ from those so far, or are too many; then nothing is added. */
  add(histogram: Histogram): boolean;
  /** How many rows it holds. */
  size(): number;
  /** As SystemTap would print it if it had counted on all hosts. */
  merged(): Histogram & { readonly scale: Scale };
}

export function createHistogramMerge(first: Histogram): HistogramMerge {
  let scales = possibleScales(first);
  let { valueWidth } = first;
  let grid = gridOf(first.buckets);
  const counts = new Map<string, SummedBucket>();
  const sum = ({ buckets }: Histogram) => {
    for (const bucket of buckets) {
      const { mark, value, count } = bucket;
      const key = keyOf(bucket);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { mark, value: BigInt(value), count: BigInt(count) });
      else known.count += BigInt(count);
    }
  };
  sum(first);
  return {
    add(histogram) {
      const theirs = gridOf(histogram.buckets);
      const common = possibleScales(histogram).filter(scale => scales.includes(scale));
      const fitting = common.filter(scale => scale === 'log' || isOneGrid(grid, theirs));
      if (fitting.length === 0) return false;
      const fresh = histogram.buckets.reduce((sum, bucket) => sum + (counts.has(keyOf(bucket)) ? 0 : 1), 0);
      if (counts.size + fresh > mostBuckets) return false;
      scales = fitting;
      grid = joinGrids(grid, theirs);
      valueWidth = Math.max(valueWidth, histogram.valueWidth);
      sum(histogram);
      return true;
    },
    size: () => counts.size,
    merged() {
      const [scale = 'linear'] = scales;
      const buckets = fillMargins(inOrder(counts), scale);
      return { scale, buckets, valueWidth, barWidth: first.barWidth };
    },
  };
}

/** A host that sends made-up rows must not fill the memory. */
const mostBuckets = 2_048;

interface SummedBucket {
  readonly mark: Bucket['mark'];
  readonly value: bigint;
  count: bigint;
}

function keyOf({ mark, value }: Bucket): string {
  return `${mark ?? ''}${value}`;
}

const markOrder = { '<': -1, '>': 1 } as const;

function inOrder(counts: ReadonlyMap<string, SummedBucket>): readonly Bucket[] {
  const order = ({ mark }: SummedBucket) => (mark === undefined ? 0 : markOrder[mark]);
  return [...counts.values()]
    .sort((left, right) => compare(left.value, right.value) || order(left) - order(right))
    .map(({ mark, value, count }) => ({ ...(mark && { mark }), value: toWide(value), count: toWide(count) }));
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Adds the empty rows that SystemTap would show for the sum. On a linear scale the sum ends where the host with the farthest
 * row ends.
 */
function fillMargins(buckets: readonly Bucket[], scale: Scale): readonly Bucket[] {
  const indices = indexBuckets(buckets, scale) ?? [];
  const rowAt = new Map(indices.map((index, at) => [index, buckets[at]]));
  const filled = indices.filter((_, at) => buckets[at]?.count !== 0);
  const bounds = scale === 'log' ? logBounds(filled) : { low: indices[0] ?? 0, high: indices.at(-1) ?? 0 };
  const step = stepOf(buckets) ?? 1n;
  const base = BigInt(buckets[0]?.value ?? 0);
  return shownIndices(filled, bounds).map(index => {
    const value = () => toWide(scale === 'log' ? logValue(index) : base + BigInt(index) * step);
    return rowAt.get(index) ?? { value: value(), count: 0 };
  });
}
