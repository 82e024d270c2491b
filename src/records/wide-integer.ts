import type { WideInteger } from '../model/records.ts';

/** SystemTap counts in 64 bits, but readers of JSON do not. So numbers beyond 2^53 become texts of their digits. */
export function toWide(value: bigint): WideInteger {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** Reads the digits of a whole number; undefined for any other text, and for more digits than 64 bits can have. */
export function parseWide(text: string): WideInteger | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const number = Number(text);
  // Some readers would distinguish -0 from 0.
  return Number.isSafeInteger(number) ? number + 0 : BigInt(text.replace('+', '')).toString();
}
