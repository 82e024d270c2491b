import type { WideInteger } from '../model/records.ts';

/** SystemTap counts in 64 bits, which JSON's readers do not: beyond 2^53 the digits stand as a text. */
export function toWide(value: bigint): WideInteger {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** The digits of a whole number; undefined for what is none, or longer than any 64 bits. */
export function parseWide(text: string): WideInteger | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const number = Number(text);
  // -0 would be another value than 0 to some readers.
  return Number.isSafeInteger(number) ? number + 0 : BigInt(text.replace('+', '')).toString();
}
