import type { Bucket, Histogram } from '../model/records.ts';

/** The bucket in which this share (0.5: the median) of what was counted is reached; undefined where nothing was. */
export function histogramPercentile({ buckets }: Pick<Histogram, 'buckets'>, share: number): Bucket | undefined {
  const total = buckets.reduce((sum, { count }) => sum + BigInt(count), 0n);
  if (total === 0n) return undefined;
  // In thousandths: counts beyond 2^53 are exact.
  const wanted = total * BigInt(Math.round(share * 1000));
  let seen = 0n;
  return buckets.find(({ count }) => {
    seen += BigInt(count);
    return seen * 1000n >= wanted;
  });
}
