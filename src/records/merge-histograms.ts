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
import { toWide } from './wide-integer.ts';

/** Histograms of several hosts, added up bucket by bucket. */
export interface HistogramMerge {
  /** False if its buckets differ from those so far; then nothing is added. */
  add(histogram: Histogram): boolean;
  /** As SystemTap would print it if it had counted on all hosts. */
  merged(): Histogram & { readonly scale: Scale };
}

export function createHistogramMerge(first: Histogram): HistogramMerge {
  let scales = possibleScales(first);
  let { valueWidth } = first;
  const counts = new Map<string, SummedBucket>();
  const sum = ({ buckets }: Histogram) => {
    for (const { mark, value, count } of buckets) {
      const key = `${mark ?? ''}${value}`;
      const bucket = counts.get(key) ?? { mark, value: BigInt(value), count: 0n };
      counts.set(key, { ...bucket, count: bucket.count + BigInt(count) });
    }
  };
  sum(first);
  return {
    add(histogram) {
      const common = possibleScales(histogram).filter(scale => scales.includes(scale));
      const fitting = common.filter(scale => scale === 'log' || isOneGrid(inOrder(counts), histogram.buckets));
      if (fitting.length === 0 || counts.size > mostBuckets) return false;
      scales = fitting;
      valueWidth = Math.max(valueWidth, histogram.valueWidth);
      sum(histogram);
      return true;
    },
    merged() {
      const [scale = 'linear'] = scales;
      const buckets = fillMargins(inOrder(counts), scale);
      return { scale, buckets, valueWidth, barWidth: first.barWidth };
    },
  };
}

/** A host that sends made-up rows must not fill the memory. */
const mostBuckets = 4_096;

interface SummedBucket {
  readonly mark: Bucket['mark'];
  readonly value: bigint;
  readonly count: bigint;
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

/** Whether two linear histograms have the same start, stop and interval, as far as their rows tell. */
function isOneGrid(ours: readonly Bucket[], theirs: readonly Bucket[]): boolean {
  const [ourStep, theirStep] = [stepOf(ours), stepOf(theirs)];
  if (ourStep !== undefined && theirStep !== undefined && ourStep !== theirStep) return false;
  const step = ourStep ?? theirStep;
  const shift = BigInt(ours[0]?.value ?? 0) - BigInt(theirs[0]?.value ?? 0);
  if (step === undefined ? shift !== 0n : shift % step !== 0n) return false;
  return isWithin(ours, theirs) && isWithin(theirs, ours);
}

/** Whether no row lies where the other histogram has its under- or overflow. */
function isWithin(rows: readonly Bucket[], other: readonly Bucket[]): boolean {
  const start = other.find(({ mark }) => mark === '<');
  const stop = other.find(({ mark }) => mark === '>');
  return rows.every(
    ({ mark, value }) =>
      (start === undefined || value === start.value || (mark !== '<' && BigInt(value) > BigInt(start.value))) &&
      (stop === undefined || value === stop.value || (mark !== '>' && BigInt(value) < BigInt(stop.value))),
  );
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
