import { InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDuration } from '../../model/parse-amounts.ts';

/** Reads an age or a date, as milliseconds since the epoch. Throws `InvalidArgumentError`. */
export function since(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return Date.now() - seconds * 1000;
  // A date alone means the beginning of that day here, where ISO 8601 would take it for UTC.
  const at = /^\d{4}-\d\d-\d\d/.test(text)
    ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a duration such as 2d, or a date such as 2026-11-23.');
  return at;
}
