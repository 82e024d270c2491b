import { formatBytes } from '../../model/format-bytes.ts';

/** What numbers of a histogram or a column are in, as far as the words beside them tell. */
export type MeasuredUnit = 'ns' | 'µs' | 'ms' | 's' | 'bytes' | 'kB' | '%';

/** `read latency (us)`, `sizes in bytes`, `avg_ns`: the unit that such words name; undefined where none does. */
export function unitOf(words: string): MeasuredUnit | undefined {
  const inBrackets = [...words.matchAll(/[([]([^()[\]]+)[)\]]/g)].map(([, inner = '']) => inner);
  const behindIn = /\bin ([a-z]+)\b/i.exec(words)?.[1];
  const last = /_([a-z]+)$/i.exec(words)?.[1];
  const named = /\b(bytes|nsecs?|usecs?|msecs?|nanoseconds|microseconds|milliseconds)\b/i.exec(words)?.[1];
  for (const word of [...inBrackets, behindIn, last, named]) {
    const unit = word === undefined ? undefined : unitForms.find(([form]) => form.test(word))?.[1];
    if (unit !== undefined) return unit;
  }
  return undefined;
}

const unitForms: readonly (readonly [RegExp, MeasuredUnit])[] = [
  [/^(?:ns|nsecs?|nanoseconds?)$/i, 'ns'],
  [/^(?:us|µs|usecs?|microseconds?)$/i, 'µs'],
  [/^(?:ms|msecs?|milliseconds?)$/i, 'ms'],
  [/^(?:s|secs?|seconds?)$/i, 's'],
  [/^(?:b|bytes?)$/i, 'bytes'],
  [/^(?:kb|kbytes|kilobytes?)$/i, 'kB'],
  [/^(?:%|percent|per cent)$/i, '%'],
];

/** A value that a person can take in: `1.05 s` of 1048576 µs, `33 kB`. Undefined where its digits are no harder to read. */
export function scaleValue(value: number | string, unit: MeasuredUnit | undefined): string | undefined {
  const amount = Number(value);
  if (unit === undefined || unit === '%' || Math.abs(amount) < 1000) return undefined;
  const sign = amount < 0 ? '-' : '';
  const bytes = { bytes: 1, kB: 1000 }[unit as 'bytes'];
  if (bytes !== undefined) return `${sign}${formatLargeBytes(Math.abs(amount) * bytes)}`;
  let scaled = Math.abs(amount);
  let at = timeUnits.indexOf(unit as 'ns');
  while (scaled >= 1000 && at < timeUnits.length - 1) {
    scaled /= 1000;
    at++;
  }
  if (timeUnits[at] !== 's' || scaled < 120) return `${sign}${threeDigits(scaled)} ${timeUnits[at]}`;
  return scaled < 7200 ? `${sign}${threeDigits(scaled / 60)} min` : `${sign}${threeDigits(scaled / 3600)} h`;
}

const timeUnits = ['ns', 'µs', 'ms', 's'] as const;

function formatLargeBytes(bytes: number): string {
  if (bytes < 1e9) return formatBytes(bytes).replace(/(?=[kM]?B$)/, ' ');
  const [size, unit] = bytes < 1e12 ? [bytes / 1e9, 'GB'] : bytes < 1e15 ? [bytes / 1e12, 'TB'] : [bytes / 1e15, 'PB'];
  return `${threeDigits(size)} ${unit}`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
