import type { Cell } from '../../model/records.ts';
import { toWide } from '../../records/wide-integer.ts';

/** A number, or the digits of a whole one beyond 2^53. */
export type Amount = number | string;

/** An amount in two runs. */
export interface AmountChange {
  /** Absent: it was not measured there. */
  readonly from?: Amount;
  readonly to?: Amount;
  /** Absent where one of them is unknown. */
  readonly change?: Amount;
  /** Of what it was; absent where that is 0 or unknown. */
  readonly percent?: number;
  /** For each second that a host traced; absent for what does not grow with the time, or where that time is unknown. */
  readonly perSecond?: RateChange;
}

export interface RateChange {
  readonly from: number;
  readonly to: number;
  readonly change: number;
  readonly percent?: number;
}

/** Something of both runs; undefined: it is unknown there. */
export interface Both<Value> {
  readonly from: Value | undefined;
  readonly to: Value | undefined;
}

/**
 * Compares exactly, also what does not fit into a double. `counted`: it grows with the time, so that nothing is 0, and it is
 * compared per second as well; else a missing value is unknown.
 */
export function compareAmounts(
  { from, to }: Both<Cell>,
  kind: { readonly counted: true; readonly traced: Both<number> } | { readonly counted: false },
): AmountChange {
  const change = difference(orNothing(from, kind.counted), orNothing(to, kind.counted));
  const percent = percentOf(orNothing(from, kind.counted), change);
  const perSecond = kind.counted ? compareRates(from ?? 0, to ?? 0, kind.traced) : undefined;
  return {
    ...(from == null ? {} : { from }),
    ...(to == null ? {} : { to }),
    ...(change === undefined ? {} : { change }),
    ...(percent === undefined ? {} : { percent }),
    ...(perSecond === undefined ? {} : { perSecond }),
  };
}

function orNothing(cell: Cell | undefined, counted: boolean): Amount | undefined {
  return cell ?? (counted ? 0 : undefined);
}

function difference(from: Amount | undefined, to: Amount | undefined): Amount | undefined {
  if (from === undefined || to === undefined) return undefined;
  const [before, after] = [toExact(from), toExact(to)];
  if (typeof before === 'bigint' && typeof after === 'bigint') return toWide(after - before);
  return rounded(Number(after) - Number(before), 12);
}

function toExact(amount: Amount): bigint | number {
  return typeof amount === 'number' && !Number.isSafeInteger(amount) ? amount : BigInt(amount);
}

function compareRates(from: Amount, to: Amount, traced: Both<number>): RateChange | undefined {
  if (!traced.from || !traced.to) return undefined;
  const [before, after] = [Number(from) / traced.from, Number(to) / traced.to];
  const change = after - before;
  const percent = percentOf(before, change);
  const told = { from: rounded(before, 6), to: rounded(after, 6), change: rounded(change, 6) };
  return percent === undefined ? told : { ...told, percent };
}

/** With two digits behind the point. */
export function percentOf(from: Amount | undefined, change: Amount | undefined): number | undefined {
  if (from === undefined || change === undefined) return undefined;
  if (Number(change) === 0) return 0;
  return Number(from) === 0 ? undefined : Math.round((Number(change) / Math.abs(Number(from))) * 10_000) / 100;
}

/** Further digits are rounding errors, or pretend to an exactness that nobody has measured. */
function rounded(value: number, digits: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}
