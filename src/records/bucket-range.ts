import type { FleetHistogram, WideInteger } from '../model/records.ts';
import { stepOf } from './index-buckets.ts';
import { toWide } from './wide-integer.ts';

/** The values that a bucket takes, both included; undefined where it has no end on that side. */
export interface BucketRange {
  readonly from?: WideInteger;
  readonly to?: WideInteger;
}

/** The range of the bucket at an index of a fleet's histogram. Of a linear one with a single row, its step is not known. */
export function bucketRange({ buckets, scale }: FleetHistogram['histogram'], index: number): BucketRange {
  const bucket = buckets[index];
  if (bucket === undefined) return {};
  const value = BigInt(bucket.value);
  if (bucket.mark === '<') return { to: toWide(value - 1n) };
  if (bucket.mark === '>') return { from: toWide(value) };
  if (scale === 'linear') return { from: bucket.value, to: toWide(value + (stepOf(buckets) ?? 1n) - 1n) };
  if (value === 0n) return { from: 0, to: 0 };
  // Below zero, a bucket is named by its greatest value.
  return value > 0n
    ? { from: bucket.value, to: toWide(value * 2n - 1n) }
    : { from: toWide(value * 2n + 1n), to: bucket.value };
}
