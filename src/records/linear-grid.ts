import type { Bucket } from '../model/records.ts';
import { stepOf } from './index-buckets.ts';

/** What the rows of a linear histogram tell of its buckets. Kept beside a sum, so that a further host costs only its own rows. */
export interface LinearGrid {
  /** Undefined if there is only one value. */
  readonly step: bigint | undefined;
  readonly first: bigint;
  /** The values of the rows for what is below the first bucket, and above the last one. */
  readonly start: bigint | undefined;
  readonly stop: bigint | undefined;
  /** Of the rows but that with `<`, and but that with `>`. */
  readonly lowest: bigint | undefined;
  readonly highest: bigint | undefined;
}

export function gridOf(buckets: readonly Bucket[]): LinearGrid {
  const amountOf = (bucket: Bucket | undefined): bigint | undefined =>
    bucket === undefined ? undefined : BigInt(bucket.value);
  // From the lowest to the highest, as they are printed.
  return {
    step: stepOf(buckets),
    first: amountOf(buckets[0]) ?? 0n,
    start: amountOf(buckets.find(({ mark }) => mark === '<')),
    stop: amountOf(buckets.find(({ mark }) => mark === '>')),
    lowest: amountOf(buckets.find(({ mark }) => mark !== '<')),
    highest: amountOf(buckets.findLast(({ mark }) => mark !== '>')),
  };
}

/** Whether two linear histograms have the same start, stop and interval, as far as their rows tell. */
export function isOneGrid(ours: LinearGrid, theirs: LinearGrid): boolean {
  if (ours.step !== undefined && theirs.step !== undefined && ours.step !== theirs.step) return false;
  const step = ours.step ?? theirs.step;
  const shift = ours.first - theirs.first;
  if (step === undefined ? shift !== 0n : shift % step !== 0n) return false;
  return isWithin(ours, theirs) && isWithin(theirs, ours);
}

/** Of two that are one grid. */
export function joinGrids(ours: LinearGrid, theirs: LinearGrid): LinearGrid {
  return {
    step: ours.step ?? theirs.step,
    first: least(ours.first, theirs.first) ?? 0n,
    start: ours.start ?? theirs.start,
    stop: ours.stop ?? theirs.stop,
    lowest: least(ours.lowest, theirs.lowest),
    highest: greatest(ours.highest, theirs.highest),
  };
}

/** Whether no row lies where the other histogram has its under- or overflow. */
function isWithin(rows: LinearGrid, { start, stop }: LinearGrid): boolean {
  if (start !== undefined && ((rows.start ?? start) !== start || (rows.lowest ?? start) < start)) return false;
  return stop === undefined || ((rows.stop ?? stop) === stop && (rows.highest ?? stop) <= stop);
}

function least(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}

function greatest(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
