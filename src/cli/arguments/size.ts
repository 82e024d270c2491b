import { InvalidArgumentError } from '@commander-js/extra-typings';
import { keepRange } from '../../model/keep-limits.ts';
import { parseSize } from '../../model/parse-amounts.ts';

/** Reads `20MB`, `1GiB` or a number of bytes, as far as a limit of what is kept may be so. Throws `InvalidArgumentError`. */
export function keptSize(text: string): number {
  const bytes = parseSize(/^\d+$/.test(text) ? Number(text) : text);
  if (bytes === undefined || bytes < keepRange.least || bytes > keepRange.most) {
    throw new InvalidArgumentError('Give a size such as 20MB or 1GiB, from 1kB up to 1TB.');
  }
  return bytes;
}
