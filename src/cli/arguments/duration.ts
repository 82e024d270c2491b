import { InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDuration } from '../../model/parse-amounts.ts';
import { formatSeconds } from '../../report/layout/amounts.ts';

/** Reads `90`, `30s`, `10m`, `1h30m` as whole seconds. Throws `InvalidArgumentError` for anything else, and beyond the bounds. */
export function duration(leastSeconds: number, mostDays: number): (text: string) => number {
  return text => {
    const seconds = parseDuration(/^\d+$/.test(text) ? Number(text) : text);
    if (seconds === undefined || seconds < leastSeconds || seconds > mostDays * 86_400) {
      const from = leastSeconds > 1 ? `from ${formatSeconds(leastSeconds)} ` : '';
      const most = mostDays < 2 ? formatSeconds(mostDays * 86_400) : `${mostDays} days`;
      throw new InvalidArgumentError(`Give a duration such as 90s, 10m or 1h30m, ${from}up to ${most}.`);
    }
    return seconds;
  };
}

/** Reads the age of something, as milliseconds. Throws `InvalidArgumentError`. */
export function age(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('Give a duration such as 30d or 12h.');
  return seconds * 1000;
}
