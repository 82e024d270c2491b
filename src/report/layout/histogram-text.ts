import type { FleetHistogram } from '../../model/records.ts';
import { indexBuckets } from '../../records/index-buckets.ts';

/**
 * A histogram as SystemTap itself would print it: its heading, a row for each bucket, `~` where zeros are left out;
 * without the empty line behind it. See `records/read-histogram.ts`.
 */
export function formatHistogram({ buckets, scale, valueWidth, barWidth }: FleetHistogram['histogram']): string[] {
  const counts = buckets.map(({ count }) => BigInt(count));
  let most = 0n;
  for (const count of counts) if (count > most) most = count;
  const bar = BigInt(barWidth);
  const unit = most <= bar ? 1n : (most + bar - 1n) / bar;
  const countWidth = most.toString().length;
  const indices = indexBuckets(buckets, scale) ?? [];
  const rows = buckets.flatMap(({ mark = '', value }, at) => {
    const count = counts[at] ?? 0n;
    const length = Number(count / unit);
    const label = `${mark.padStart(valueWidth - String(value).length)}${value}`;
    const number = count.toString().padStart(barWidth - length + 1 + countWidth);
    const isAfterGap = at > 0 && (indices[at] ?? 0) > (indices[at - 1] ?? 0) + 1;
    return [...(isAfterGap ? [`${' '.repeat(valueWidth)} ~`] : []), `${label} |${'@'.repeat(length)}${number}`];
  });
  return [`${'value'.padStart(valueWidth)} |${'-'.repeat(barWidth)} count`, ...rows];
}
