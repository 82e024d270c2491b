import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutputFormat } from '../../src/model/records.ts';
import { createSeriesGatherer } from '../../src/records/gather-series.ts';
import { createTableMaker } from '../../src/records/make-tables.ts';
import { plainOutput } from '../../src/records/read-output.ts';
import { readTitle } from '../../src/records/read-title.ts';
import { formatFleetTables } from '../../src/report/texts/fleet-tables.ts';
import { recordedRun } from '../support/recorded-run.ts';

/** What a fleet with such hosts comes to; nothing that they print may throw on the way, or take what is not there. */
function tell(printed: readonly (readonly string[])[], format: OutputFormat = plainOutput): string {
  const names = printed.map((_, index) => `h${index}`);
  const output = {
    format,
    aggregate: { by: ['name'], sum: ['n'], min: ['n'], max: ['n'], avg: ['n'], count: true, maxGroups: 50 },
  };
  const events = recordedRun([{ module: 'm', output: format.columns.length === 0 ? { format } : output }], {
    names,
    linesOf: host => printed[names.indexOf(host)] ?? [],
  });
  const tables = createTableMaker();
  const series = createSeriesGatherer();
  for (const event of events) {
    tables.read(event);
    series.read(event);
  }
  expect(() => JSON.stringify(series.series())).not.toThrow();
  const made = tables.make();
  for (const { histogram } of made.histograms) expect(histogram.buckets.length).toBeLessThanOrEqual(mostRows);
  return formatFleetTables(made, { colour: 'plain', columns: 80 });
}

/** A sum has at most 2,048 rows with a count, and two more on each side of them. */
const mostRows = 5 * 2_048;
/** Twenty histograms are shown, with bars of at most 250 columns. */
const longestText = 20 * mostRows * 300;

const wide = fc.oneof(
  fc.bigInt(-20n, 20n),
  fc.bigInt(-(2n ** 64n), 2n ** 64n),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 9_999_999_999_999_999_999n, 2n ** 53n, 2n ** 62n),
);
const width = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 40_000 }));
const heading = fc
  .tuple(width, width)
  .map(
    ([value, bar]) => `${'value'.padStart(value % 100 === 0 ? value : Math.min(value, 30))} |${'-'.repeat(bar)} count`,
  );
const row = fc
  .tuple(fc.constantFrom('', '', '', '<', '>'), wide, width, wide)
  .map(([mark, value, bar, count]) => `  ${mark}${value} |${'@'.repeat(bar)} ${count}`);
const title = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('(min/avg/max: 0/47/94)', '12:00:01', 'cpu 0', 'cpu 1', '', ' ~', '\x1b[', 'T', '__proto__', '0x'),
  fc.integer().map(number => `of ${number} `.repeat(40)),
);
const record = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.oneof(wide.map(String), fc.double().map(String)))
  .map(([name, number]) => `${name},${number}`);
/** Rows stand together, as a rule: else no histogram would have any. */
const block = fc
  .tuple(title, heading, fc.array(row, { maxLength: 12 }), fc.boolean())
  .map(([above, head, rows, sorted]) => [above, head, ...(sorted ? rows.toSorted() : rows), '']);
const lines = fc
  .array(fc.oneof(block, fc.array(fc.oneof(title, heading, row, record), { maxLength: 6 })), { maxLength: 12 })
  .map(blocks => blocks.flat());
const formats: readonly OutputFormat[] = [
  plainOutput,
  { ...plainOutput, histograms: 'last', histogramTitle: 'cpu {}*' },
  {
    columns: [
      { name: 'name', type: 'text' },
      { name: 'n', type: 'number' },
    ],
    separator: ',',
    sections: [{ name: 's', begin: 'T' }],
    skip: ['#'],
    histograms: 'last',
  },
];

describe('nothing that hosts print throws or fills the memory', () => {
  test('made-up lines', () => {
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 4 }), fc.constantFrom(...formats), (printed, format) => {
        expect(tell(printed, format).length).toBeLessThan(longestText);
      }),
      { numRuns: 200 },
    );
  });

  test('headings of 30,000 blanks and dashes are lines like others', () => {
    const rows = Array.from({ length: 1024 }, (_, index) => `${index} |@ 1`);
    const one = [`${'value'.padStart(30_000)} |${'-'.repeat(30_000)} count`, ...rows, ''];
    expect(tell([Array.from({ length: 10 }, () => one).flat()])).toBe('');
  });

  test('the widest that are taken, with as many rows as are taken, on different scales', () => {
    const lines = Array.from({ length: 24 }, (_, step) => [
      `t${step % 4}`,
      `${'value'.padStart(24)} |${'-'.repeat(250)} count`,
      ...Array.from({ length: 1024 }, (_, index) => `${index * (step + 1) * 1000} |@ 9223372036854775807`),
      '',
    ]).flat();
    const text = tell([lines, lines]);
    expect(text.length).toBeGreaterThan(100_000);
    expect(text.length).toBeLessThan(longestText);
  });

  test('many small histograms that go with a large one', () => {
    const large = ['value |----- count', ...Array.from({ length: 1024 }, (_, index) => `${index * 10} |@ 1`), ''];
    const small = Array.from({ length: 8_000 }, (_, index) => ['value |----- count', `${index * 10} |@ 1`, '']);
    expect(
      tell([['12:00:00', ...large, ...small.flatMap((one, at) => [`12:00:${(at % 50) + 10}`, ...one])]]).length,
    ).toBeLessThan(longestText);
  });

  test.each([
    ['digits', '1'.repeat(100_000)],
    ['digits and a letter', `${'1'.repeat(100_000)}x`],
    ['points', '1.'.repeat(50_000)],
    ['commas', '1,111'.repeat(20_000)],
    ['addresses', 'f1'.repeat(50_000)],
    ['times', '12:00:'.repeat(20_000)],
    ['months', 'mon jan '.repeat(12_000)],
    ['blanks', `${' '.repeat(100_000)}|`],
    ['brackets', '('.repeat(100_000)],
    ['a heading', `${' '.repeat(50_000)}value |${'-'.repeat(50_000)} count`],
    ['a row', `${' '.repeat(50_000)}1 |${'@'.repeat(50_000)}`],
    ['stars', 'cpu '.repeat(20_000)],
  ])('a line of %s is read in no time', (_, line) => {
    for (const format of formats)
      tell([Array.from({ length: 20 }, () => [line, `${line} `, 'value |- count', line]).flat()], format);
    expect(readTitle(line.slice(0, 200)).parts.join('')).toBe(line.slice(0, 200));
  });
});
