import type { Bucket, Histogram } from '../model/records.ts';
import { parseWide } from './wide-integer.ts';

/** Reads one histogram row by row. */
export interface HistogramReader {
  /** False if this line is not one of its rows: the histogram has ended before it. */
  take(line: string): boolean;
  /** Undefined if nothing was counted. */
  histogram(): Histogram | undefined;
}

/**
 * Begins a histogram if a line is the heading that SystemTap prints above `@hist_log` and `@hist_linear`; undefined for any
 * other line. The format is that of `_stp_stat_print_histogram_buf` in its runtime/stat-common.c, the same in 4.8 and 5.1:
 *
 *     value |-------------------------------------------------- count
 *         8 |@@@@                                                4
 *           ~
 *      <100 |@                                                   1
 *
 * The bar is as wide as HIST_WIDTH; with a wider one than any screen, it is a line like others; `~` stands for zeros that are left out; an empty line follows the last row.
 */
export function beginHistogram(line: string): HistogramReader | undefined {
  if (!line.endsWith(' count')) return undefined;
  const heading = /^( *value) \|(-+) count$/.exec(line);
  if (heading === null) return undefined;
  const [, value = '', bar = ''] = heading;
  if (value.length > widestValue || bar.length > widestBar) return undefined;
  const buckets: Bucket[] = [];
  let last: { readonly value: bigint; readonly mark: string } | undefined;
  return {
    take(row) {
      if (/^ +~$/.test(row)) return true;
      const [, mark = '', digits = '', count = ''] = rowForm.exec(row) ?? [];
      const bucket = { value: parseWide(digits), count: parseWide(count) };
      if (bucket.value === undefined || bucket.count === undefined || buckets.length === mostRows) return false;
      const wide = BigInt(bucket.value);
      // From the lowest to the highest; a mark repeats the value of the row beside it.
      if (last !== undefined && (last.mark === '>' || mark === '<' || wide < last.value)) return false;
      if (last?.value === wide && mark !== '>' && last.mark !== '<') return false;
      last = { value: wide, mark };
      const { value: least, count: counted } = bucket;
      buckets.push({ ...(mark === '' ? {} : { mark: mark as '<' | '>' }), value: least, count: counted });
      return true;
    },
    histogram: () =>
      buckets.every(({ count }) => count === 0)
        ? undefined
        : { buckets, valueWidth: value.length, barWidth: bar.length },
  };
}

const rowForm = /^ *([<>]?)(-?\d{1,19}) \|@* +(\d{1,19})$/;

/** No 64-bit number with its mark is wider. */
const widestValue = 24;
/** HIST_WIDTH is 50 unless a script is built with another. */
const widestBar = 250;

/** STP_MAX_BUCKETS is 128 unless a script raises it. */
const mostRows = 1024;
