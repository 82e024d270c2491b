import type { Bucket, Histogram } from '../model/records.ts';

export type Scale = 'log' | 'linear';

/**
 * Numbers the buckets as SystemTap does, so that neighbours differ by one. Only the first number of a linear scale may differ
 * from SystemTap's. Undefined if a bucket is not on such a scale.
 */
export function indexBuckets(buckets: readonly Bucket[], scale: Scale): readonly number[] | undefined {
  const step = scale === 'linear' ? (stepOf(buckets) ?? 1n) : 1n;
  const first = BigInt(buckets[0]?.value ?? 0);
  const indices = buckets.map(({ mark, value }) => {
    if (scale === 'log') return mark === undefined ? logIndex(BigInt(value)) : undefined;
    const index = Number((BigInt(value) - first) / step);
    return mark === undefined ? index : mark === '<' ? index - 1 : index + 1;
  });
  return indices.every(index => index !== undefined) ? indices : undefined;
}

/** The distance between the buckets of a linear scale; undefined if there is only one value. */
export function stepOf(buckets: readonly Bucket[]): bigint | undefined {
  let step = 0n;
  let last: bigint | undefined;
  for (const { value } of buckets) {
    const wide = BigInt(value);
    if (last !== undefined) step = greatestDivisor(step, wide - last);
    last = wide;
  }
  return step === 0n ? undefined : step;
}

/** The scales on which SystemTap would print exactly these rows. */
export function possibleScales({ buckets }: Histogram): readonly Scale[] {
  const scales = (['log', 'linear'] as const).filter(scale => {
    const indices = indexBuckets(buckets, scale);
    if (indices === undefined) return false;
    const filled = indices.filter((_, at) => buckets[at]?.count !== 0);
    const bounds =
      scale === 'log' ? logBounds(filled) : { low: indices[0] ?? 0, high: indices[indices.length - 1] ?? 0 };
    return shownIndices(filled, bounds).join() === indices.join();
  });
  // With another HIST_ELISION neither fits, and any linear scale is possible.
  return scales.length === 0 ? ['linear'] : scales;
}

/** The rows that are printed within these bounds: those with a count, and two on each side of them. */
export function shownIndices(
  filled: readonly number[],
  { low, high }: { readonly low: number; readonly high: number },
): readonly number[] {
  const shown = new Set(filled.flatMap(at => [at - 2, at - 1, at, at + 1, at + 2]));
  return [...shown].filter(at => at >= low && at <= high).sort((left, right) => left - right);
}

/** The range of rows with two more on each side, but not below zero if no value is below zero. */
export function logBounds(filled: readonly number[]): { readonly low: number; readonly high: number } {
  const lowest = Math.min(...filled);
  return {
    low: Math.max(lowest - 2, lowest >= bucketOfZero ? bucketOfZero : 0),
    high: Math.min(Math.max(...filled) + 2, highestBucket),
  };
}

/** The value of a bucket of `@hist_log`. */
export function logValue(index: number): bigint {
  if (index === bucketOfZero) return 0n;
  return index > bucketOfZero ? 1n << BigInt(index - bucketOfZero - 1) : -(1n << BigInt(bucketOfZero - 1 - index));
}

/** HIST_LOG_BUCKET0 and HIST_LOG_BUCKETS of SystemTap's runtime/stat.h. */
const bucketOfZero = 64;
const highestBucket = 127;

function logIndex(value: bigint): number | undefined {
  if (value === 0n) return bucketOfZero;
  const size = value < 0n ? -value : value;
  if ((size & (size - 1n)) !== 0n) return undefined;
  const power = size.toString(2).length;
  return value < 0n ? bucketOfZero - power : bucketOfZero + power;
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
