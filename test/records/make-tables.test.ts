import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { tablesOf } from '../../src/records/make-tables.ts';
import { createCsvReporter } from '../../src/report/live/csv-reporter.ts';
import { formatFleetTables } from '../../src/report/texts/fleet-tables.ts';
import { awk, awkHistograms, awkReads } from '../support/awk-sums.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { createMemoryStream } from '../support/memory-stream.ts';
import { labHosts, type RecordedScript, recordedPath, recordedRun } from '../support/recorded-run.ts';
import { at } from '../support/sample-run.ts';

const confinement = createConfinement('read');

/** The script as the shipped playbook has it. */
async function shippedIoread(): Promise<RecordedScript> {
  const loaded = await loadPlaybook('playbooks/ioread-top5.yml', { confinement });
  const script = loaded.ok ? loaded.value.playbook.plays[0]?.scripts[0] : undefined;
  if (script?.format === undefined || script.aggregate === undefined) throw new Error('it has no columns');
  return { module: script.name, output: { format: script.format, aggregate: script.aggregate } };
}

function recorded(module: string): readonly string[] {
  return labHosts.map(host => recordedPath(host, module));
}

const plainTexts = { colour: 'plain', columns: 80 } as const;

describe('what three real hosts printed', () => {
  test('makes the table that awk makes', async () => {
    const events = recordedRun([await shippedIoread()]);
    for (const event of events) assertValidEvent(event);
    const made = tablesOf(events);
    assertValidEvent(at(5, made));
    const [table] = made.tables;
    expect(table?.rows.map(cells => cells.join(' ')).toSorted()).toEqual(awkReads(recorded('ioread_top5')));
    expect(formatFleetTables(made, plainTexts)).toMatchInlineSnapshot(`
      "TABLE [ioread_top5 total] 15 records from 3 hosts
      execname      hosts  count    bytes
      sh                3    397      397
      stapio            3    166   395498
      sshd-session      1    114    96747
      grep              1     86  8076230
      "
    `);
  });

  test.each([
    [[30, 30.4, 33], undefined],
    [[30, 8.1, 33], { shortest: { host: labHosts[1], seconds: 8.1 }, longest: { host: labHosts[2], seconds: 33 } }],
    [[undefined, 8.1, 8.2], undefined],
  ])('says who traced for how long where that differs by more than a tenth: %j', async (seconds, uneven) => {
    const events = recordedRun([await shippedIoread()]).map(event => {
      const traced = event.kind === 'script-finished' ? seconds[labHosts.indexOf(event.host)] : undefined;
      return traced === undefined ? event : { ...event, traced };
    });
    for (const event of events) assertValidEvent(event);
    const made = tablesOf(events);
    assertValidEvent(at(5, made));
    expect(made.tables.map(table => table.uneven)).toEqual([uneven]);
    const told = formatFleetTables(made, plainTexts).split('\n').slice(6).join('\n');
    expect(told).toBe(
      uneven === undefined
        ? ''
        : `hosts traced for unlike times, from ${labHosts[1]} 8.1s to ${labHosts[2]} 33s: compare what they saw\n    in a second\n`,
    );
  });

  test('is sorted and cut as is wished, and the rest adds up', async () => {
    const made = tablesOf(recordedRun([await shippedIoread()]), { sort: { column: 'bytes' }, top: 2 });
    expect(formatFleetTables(made, plainTexts)).toMatchInlineSnapshot(`
      "TABLE [ioread_top5 total] 15 records from 3 hosts
      execname    hosts  count    bytes
      grep            1     86  8076230
      stapio          3    166   395498
      (2 others)      3    511    97144
      "
    `);
  });

  test('is CSV with every record, of which awk makes the same sums', async () => {
    const stdout = createMemoryStream();
    const reporter = createCsvReporter({ stdout, onBrokenPipe: () => {} });
    const events = recordedRun([await shippedIoread()]);
    for (const event of events) reporter.read(event);
    await reporter.close();
    const lines = stdout.text().split('\r\n');
    expect(lines.slice(0, 4)).toMatchInlineSnapshot(`
      [
        "host,section,sample,pid,execname,count,bytes",
        "db1,interval,1,9050,stapio,22,57552",
        "db1,interval,1,9077,sh,16,16",
        "db1,interval,1,9081,sh,16,16",
      ]
    `);
    const total = (program: string) =>
      execFileSync('awk', ['-F,', program], { input: lines.join('\n'), encoding: 'utf8' });
    const [bytes] = awk(
      '/^END:/ { total = 1; next } FNR == 1 { total = 0 } total { sum += $4 } END { print sum }',
      recorded('ioread_top5'),
      '-F---',
    );
    expect(total('$2 == "total" { sum += $7 } END { print sum }').trim()).toBe(bytes);
  });

  test('makes histograms with the counts that awk makes', () => {
    const made = tablesOf(recordedRun([{ module: 'read_sizes' }]));
    assertValidEvent(at(5, made));
    const rows = made.histograms.flatMap(({ title, histogram }) =>
      histogram.buckets.flatMap(({ value, count }) => (count === 0 ? [] : [`${title} ${value} ${count}`])),
    );
    expect(rows.toSorted()).toEqual(awkHistograms(recorded('read_sizes')));
    expect(formatFleetTables({ ...made, histograms: made.histograms.slice(0, 2) }, plainTexts)).toMatchInlineSnapshot(`
      "HISTOGRAM [read_sizes] sh from 3 hosts
      value |-------------------------------------------------- count
          0 |                                                     0
          1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@       352
          2 |                                                     0
          4 |                                                     0
            ~
         32 |                                                     0
         64 |                                                     0
        128 |@@@@@                                               44
        256 |                                                     0
        512 |                                                     0

      HISTOGRAM [read_sizes] stapio from 3 hosts
      value |-------------------------------------------------- count
          2 |                                                     0
          4 |                                                     0
          8 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@             115
         16 |                                                     0
         32 |                                                     0
            ~
       2048 |                                                     0
       4096 |                                                     0
       8192 |@@@@@@@@@@@@@@@@@                                   51
      16384 |                                                     0
      32768 |                                                     0
      "
    `);
  });

  test('histograms of all shapes, told apart by title and number', () => {
    const made = tablesOf(recordedRun([{ module: 'hist_shapes' }]));
    expect(
      made.histograms.map(
        ({ title, number, histogram, hosts }) => `${title ?? '-'} ${number} ${histogram.scale} ${hosts.length}`,
      ),
    ).toEqual(['line 1 linear 3', 'cubes 1 log 3', '- 1 log 3', '- 2 linear 3', 'far 1 log 3', 'varied 1 linear 3']);
    const shown = made.histograms.filter(({ title }) => title === 'line' || title === 'far' || title === 'varied');
    expect(formatFleetTables({ ...made, histograms: shown }, plainTexts)).toMatchInlineSnapshot(`
      "HISTOGRAM [hist_shapes] line from 3 hosts
      value |-------------------------------------------------- count
         <0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@                     60
          0 |@@@@@@@@@@@@@@@                                    30
         10 |@@@@@@@@@@@@@@@                                    30
         20 |@@@@@@@@@@@@@@@                                    30
         30 |@@@@@@@@@@@@@@@                                    30
         40 |@@@@@@@@@@@@@@@                                    30
         50 |@@@@@@@@@@@@@@@                                    30
         60 |@@@@@@@@@@@@@@@                                    30
         70 |@@@@@@@@@@@@@@@                                    30
         80 |@@@@@@@@@@@@@@@                                    30
         90 |@@@@@@@@@@@@@@@                                    30
        100 |@@@@@@@@@@@@@@@                                    30
       >100 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@      90

      HISTOGRAM [hist_shapes] far from 3 hosts
              value |-------------------------------------------------- count
                -16 |                                                   0
                 -8 |                                                   0
                 -4 |@@@                                                3
                 -2 |                                                   0
                 -1 |                                                   0
                  0 |                                                   0
                  1 |                                                   0
                  2 |@@@                                                3
                  4 |                                                   0
                  8 |                                                   0
                    ~
       274877906944 |                                                   0
       549755813888 |                                                   0
      1099511627776 |@@@                                                3
      2199023255552 |                                                   0
      4398046511104 |                                                   0

      HISTOGRAM [hist_shapes] varied from 3 hosts
      value |-------------------------------------------------- count
        <10 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@                     30
         10 |@@@@@@@@@@@@@@@                                    15
         15 |@@@@@@@@@@@@@@@                                    15
         20 |@@@@@@@@@@@@@@@                                    15
         25 |@@@@@@@@@@@@@@@                                    15
         30 |@@@@@@@@@@@@@@@                                    15
         35 |@@@@@@@@                                            8
         40 |@@                                                  2
         45 |                                                    0
         50 |                                                    0
      "
    `);
  });
});

test('samples of one title are added up, or the last one of each host counts', () => {
  const row = (count: number) => ['value |----- count', `    1 |@ ${count}`, `    2 |@ ${count}`, ''];
  const lines = ['T', 'x', ...row(1), 'T', 'x', ...row(2), 'x', ...row(5)];
  const countsWith = (histograms: 'add' | 'last') => {
    const format = { columns: [], sections: [{ name: 't', begin: 'T' }], skip: [], histograms };
    const made = tablesOf(recordedRun([{ module: 'm', output: { format } }], { linesOf: () => lines }));
    return made.histograms.map(({ title, number, histogram }) => [title, number, histogram.buckets[0]?.count]);
  };
  expect(countsWith('add')).toEqual([
    ['x', 1, 9],
    ['x', 2, 15],
  ]);
  expect(countsWith('last')).toEqual([
    ['x', 1, 6],
    ['x', 2, 15],
  ]);
});

test('titles without end are left out, and it is said', () => {
  const lines = Array.from({ length: 600 }, (_, index) => [`t${index}`, 'value |----- count', '    1 |@ 1', '']).flat();
  const made = tablesOf(recordedRun([{ module: 'm' }], { names: ['db1'], linesOf: () => lines }));
  expect(made.histograms).toHaveLength(500);
  expect(made.leftOut).toBe(100);
  expect(formatFleetTables(made, plainTexts).split('\n').slice(-3)).toEqual([
    '',
    '580 more histograms; --format json has all but 100',
    '',
  ]);
});

test('who did not run it to the end is named, and so are lines that were no records', async () => {
  const failure = { stage: 'stream', cause: 'no' } as const;
  const events = recordedRun([await shippedIoread()], {
    linesOf: host =>
      host === 'db2' ? ['garbage', 'END:**********', '1---a---2---x'] : ['END:**********', '1---a---2---3'],
    outcomeOf: host =>
      host === 'db2'
        ? { kind: 'failed', failure }
        : host === 'web1'
          ? { kind: 'degraded', notes: ['x'] }
          : { kind: 'ok' },
  });
  for (const event of events) assertValidEvent(event);
  expect(formatFleetTables(tablesOf(events), plainTexts)).toMatchInlineSnapshot(`
    "TABLE [ioread_top5 total] 2 records from 2 hosts
    execname  hosts  count  bytes
    a             2      4      6
    2 lines were no records
    incomplete: db2,web1 did not run it to the end, or some output is missing
    "
  `);
});
