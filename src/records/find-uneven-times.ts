import type { HostName } from '../model/ids.ts';
import type { UnevenTimes } from '../model/records.ts';

/** Hosts whose times differ by more have seen too unlike a part of the world for their sums to be compared. */
const mostApart = 1.1;

/** The shortest and the longest of the seconds that hosts have traced; undefined where they differ by a tenth at most. */
export function findUnevenTimes(traced: ReadonlyMap<HostName, number>): UnevenTimes | undefined {
  const sorted = [...traced].sort(([, left], [, right]) => left - right);
  const [shortest, longest] = [sorted[0], sorted.at(-1)];
  if (shortest === undefined || longest === undefined || longest[1] <= shortest[1] * mostApart) return undefined;
  return {
    shortest: { host: shortest[0], seconds: shortest[1] },
    longest: { host: longest[0], seconds: longest[1] },
  };
}
