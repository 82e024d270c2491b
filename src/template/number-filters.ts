import { markInteger, scalarText } from '../model/python-scalars.ts';
import { LiquidScalar } from './liquid-scalar.ts';

type Calculate = (...values: unknown[]) => unknown;

/** The filters that keep whole numbers whole, as they are for numbers of any size. Undefined where the result is no whole number. */
export const wholeFilters: Readonly<Record<string, (one: bigint, other: bigint) => bigint | undefined>> = {
  abs: one => (one < 0n ? -one : one),
  at_least: (one, other) => (one - other > 0n ? one : other),
  at_most: (one, other) => (one - other < 0n ? one : other),
  ceil: one => one,
  divided_by: (one, other) => (other === 0n || one % other !== 0n ? undefined : one / other),
  floor: one => one,
  minus: (one, other) => one - other,
  modulo: (one, other) => (other === 0n ? undefined : ((one % other) + other) % other),
  plus: (one, other) => one + other,
  round: (one, places) => (places === 0n ? one : undefined),
  times: (one, other) => one * other,
};

/** A filter that calculates with doubles only where a value is no whole number. */
export function exactly(whole: (one: bigint, other: bigint) => bigint | undefined, calculate: Calculate): Calculate {
  return (...values) => {
    const [one, other = 0n] = values.map(wholeNumber);
    const isExact = one !== undefined && values.every(value => wholeNumber(value) !== undefined);
    const exact = isExact ? whole(one, other) : undefined;
    if (exact === undefined) return calculate(...values);
    const result = markInteger(exact);
    const text = scalarText(result);
    return text === undefined ? result : new LiquidScalar(result, text);
  };
}

/** What is a whole number to Liquid: such a number, or a text that is one. */
function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof LiquidScalar)) return undefined;
  const text = String(value);
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}
