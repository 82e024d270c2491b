import { printableText } from '../../model/printable-text.ts';
import type { UnevenTimes } from '../../model/records.ts';
import { formatSeconds } from '../layout/amounts.ts';

/** What to know of a sum over hosts that have traced for unlike times. */
export function sayUnevenTimes({ shortest, longest }: UnevenTimes): string {
  const tell = ({ host, seconds }: UnevenTimes['longest']) => `${printableText(host)} ${formatSeconds(seconds)}`;
  return `hosts traced for unlike times, from ${tell(shortest)} to ${tell(longest)}: compare what they saw in a second`;
}
