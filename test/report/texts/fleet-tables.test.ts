import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ModuleName } from '../../../src/model/ids.ts';
import type { FleetTable, TablesMade } from '../../../src/model/records.ts';
import { toCsvRow } from '../../../src/report/layout/csv.ts';
import { displayWidth } from '../../../src/report/layout/display-width.ts';
import { formatTextTable } from '../../../src/report/layout/text-table.ts';
import { createCsvReporter } from '../../../src/report/live/csv-reporter.ts';
import { formatFleetTables } from '../../../src/report/texts/fleet-tables.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { recordedRun } from '../../support/recorded-run.ts';
import { hosts } from '../../support/sample-run.ts';

const table: FleetTable = {
  play: 'Reads',
  module: 'ioread' as ModuleName,
  columns: [
    { name: 'host', type: 'text', role: 'group', of: 'host' },
    { name: 'command', type: 'text', role: 'group', of: 'command' },
    { name: 'records', type: 'integer', role: 'records' },
    { name: 'bytes', type: 'integer', role: 'sum', of: 'bytes' },
    { name: 'avg_bytes', type: 'number', role: 'avg', of: 'bytes' },
  ],
  rows: [
    ['db1', 'postgres: writer', 3, '18446744073709551610', 2.5],
    ['db2', '数据库\x1b[31m', 12, 5, 1000],
  ],
  hosts: 2,
  records: 15,
  malformed: 0,
  incomplete: [],
};

const text = (tables: readonly FleetTable[], options = {}) =>
  formatFleetTables({ kind: 'tables', tables, histograms: [] }, { colour: 'plain', columns: 80, ...options });

describe('a table as text', () => {
  test('is aligned by what is seen, numbers at their end', () => {
    expect(text([table])).toMatchInlineSnapshot(`
      "TABLE [ioread] 15 records from 2 hosts
      host  command           records                 bytes  avg_bytes
      db1   postgres: writer        3  18446744073709551610        2.5
      db2   数据库                 12                     5     1000.0
      "
    `);
  });

  test('says below what it lacks, and above of which play it is where there are several', () => {
    const lacking: FleetTable = {
      ...table,
      section: 'total',
      others: { cells: [null, null, 1, 2, 2], groups: 3, beyond: 1 },
      malformed: 1,
      incomplete: hosts('db3', 'db4', 'db5'),
    };
    expect(
      text([
        { ...table, rows: [], hosts: 0, records: 0 },
        { ...lacking, play: 'Writes' },
      ]),
    ).toMatchInlineSnapshot(`
      "TABLE [ioread of Reads] 0 records

      TABLE [ioread total of Writes] 15 records from 2 hosts
      host      command           records                 bytes  avg_bytes
      db1       postgres: writer        3  18446744073709551610        2.5
      db2       数据库                 12                     5     1000.0
      (others)                          1                     2        2.0
      1 record came when the table was full and counted for the others (max_groups)
      1 line was no record
      incomplete: db[3-5] did not run it to the end, or some output is missing
      "
    `);
  });

  test('that is too wide has its texts cut, and its numbers never', () => {
    const long = {
      ...table,
      rows: [['db1.example.org', `/usr/bin/${'x'.repeat(100)}`, 1, '18446744073709551610', 0.25]],
    };
    const lines = text([long], { columns: 66 }).trimEnd().split('\n');
    expect(lines).toMatchInlineSnapshot(`
      [
        "TABLE [ioread] 15 records from 2 hosts",
        "host          command     records                 bytes  avg_bytes",
        "db1.example…  /usr/bin/…        1  18446744073709551610        0.3",
      ]
    `);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(66);
    expect(text([long], { columns: 20 })).toContain('18446744073709551610');
  });

  test('is painted where colours are', () => {
    expect(
      text([{ ...table, rows: table.rows.slice(0, 1), malformed: 2 }], { colour: 'colour' }),
    ).toMatchInlineSnapshot(`
      "[1mTABLE [ioread][22m 15 records from 2 hosts
      [1mhost  command           records                 bytes  avg_bytes[22m
      db1   postgres: writer        3  18446744073709551610        2.5
      [33m2 lines were no records[39m
      "
    `);
  });

  test('of nothing is nothing', () => expect(text([])).toBe(''));
});

test('what is true of all histograms of a script is said once', () => {
  const incomplete = hosts('db2');
  const histogram = { scale: 'log', buckets: [{ value: 1, count: 3 }], valueWidth: 5, barWidth: 10 } as const;
  const one = { play: 'Reads', module: table.module, number: 1, histogram, hosts: hosts('db1'), incomplete };
  const made: TablesMade = {
    kind: 'tables',
    tables: [],
    histograms: [
      { ...one, title: 'a\x07' },
      { ...one, number: 2 },
    ],
  };
  expect(formatFleetTables(made, { colour: 'plain', columns: 80 })).toMatchInlineSnapshot(`
    "HISTOGRAM [ioread] a from 1 host
    value |---------- count
        1 |@@@        3

    HISTOGRAM [ioread] (2) from 1 host
    value |---------- count
        1 |@@@        3
    incomplete: db2 did not run it to the end, or some output is missing
    "
  `);
});

test('no row of a text table is wider than it may be, while its texts have room to be cut', () => {
  const cells = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(cells, cells, fc.integer({ min: 22, max: 60 }), (left, right, width) => {
      const columns = [
        { heading: 'a', align: 'left', cells: left },
        { heading: 'b', align: 'left', cells: right },
      ] as const;
      for (const line of formatTextTable(columns, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});

describe('CSV', () => {
  test('has quotes where RFC 4180 wants them', () => {
    expect(toCsvRow(['plain', 7, 'a,b', 'say "hi"', 'two\r\nlines', ' kept ', ''])).toBe(
      'plain,7,"a,b","say ""hi""","two\r\nlines", kept ,\r\n',
    );
  });

  test('is read back as what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fields => {
        expect(parseRow(toCsvRow(fields))).toEqual(fields);
      }),
    );
  });

  const csv = async (scripts: Parameters<typeof recordedRun>[0], lines: readonly string[]) => {
    const stdout = createMemoryStream();
    const reporter = createCsvReporter({ stdout, onBrokenPipe: () => {} });
    const events = recordedRun(scripts, { names: ['db1'], linesOf: () => lines });
    for (const event of events) reporter.read(event);
    reporter.read({ kind: 'run-finished' } as (typeof events)[number]);
    await reporter.close();
    return stdout.text();
  };
  const format = { columns: [{ name: 'a', type: 'text' }], sections: [], skip: [], histograms: 'add' } as const;

  test('of several scripts says which, and has the columns of all', async () => {
    const other = {
      ...format,
      columns: [
        { name: 'b', type: 'integer' },
        { name: 'a', type: 'text' },
      ],
    } as const;
    const scripts = [
      { module: 'one', output: { format } },
      { module: 'two', output: { format: other } },
      { module: 'plain' },
    ];
    expect(await csv(scripts, ['1 x\x1b[2J,y'])).toBe('host,script,a,b\r\ndb1,one,"1 x,y",\r\ndb1,two,"x,y",1\r\n');
  });

  test('of no records is its header', async () => {
    expect(await csv([{ module: 'one', output: { format } }], [])).toBe('host,a\r\n');
  });

  test.each([
    ['of a run leaves out rows that nobody takes, and tells of them at the end', 'told'],
    ['of a kept run waits as long as it takes', 'untold'],
  ] as const)('%s', async (_title, how) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stdout = createMemoryStream();
    const told: number[] = [];
    const onLeftOut = (rows: number) => told.push(rows);
    const reporter = createCsvReporter({ stdout, onBrokenPipe: () => {}, ...(how === 'told' ? { onLeftOut } : {}) });
    const lines = Array.from({ length: 120 }, (_, index) => `${index}${'x'.repeat(100_000)}`);
    const events = recordedRun([{ module: 'one', output: { format } }], {
      names: ['db1'],
      linesOf: () => [...lines, 'unseen'],
    });
    stdout.fill();
    for (const event of events) {
      if (event.kind === 'record' && event.values['a'] === 'unseen') {
        expect(reporter.congestion()).toBeInstanceOf(Promise);
        vi.advanceTimersByTime(60_000);
        expect(reporter.congestion() === undefined).toBe(how === 'told');
      }
      reporter.read(event);
    }
    vi.useRealTimers();
    stdout.drain();
    await reporter.close();
    expect(told).toEqual(how === 'told' ? [1] : []);
    expect(stdout.text()).toBe(
      `${['host,a', ...lines.map(line => `db1,${line}`), ...(how === 'told' ? [] : ['db1,unseen'])].join('\r\n')}\r\n`,
    );
  });
});

/** One row of RFC 4180, in the simplest way. */
function parseRow(row: string): string[] {
  const fields = row.slice(0, -2).match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",]*)(?=,|$)/gs) ?? [];
  return fields.map(field => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}
