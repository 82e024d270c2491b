import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { diffMeasures, type MeasuredRun, type MeasuresDiff } from '../../../src/report/tally/diff-measures.ts';
import { type DiffOrder, parseDiffOrder } from '../../../src/report/tally/diff-order.ts';
import { createMeasureGatherer } from '../../../src/report/tally/gather-measures.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { formatMeasuresDiff } from '../../../src/report/texts/measures-diff-text.ts';
import { assertValidHistory } from '../../support/event-validator.ts';
import { type RecordedScript, recordedRun } from '../../support/recorded-run.ts';
import { runId } from '../../support/sample-run.ts';

const reads: RecordedScript = {
  module: 'reads',
  output: {
    format: {
      columns: [
        { name: 'execname', type: 'text' },
        { name: 'bytes', type: 'integer' },
      ],
      sections: [],
      skip: [],
      histograms: 'add',
    },
    aggregate: {
      by: ['execname'],
      sum: ['bytes'],
      min: [],
      max: ['bytes'],
      avg: ['bytes'],
      count: true,
      top: 1,
      maxGroups: 100,
    },
  },
};

function byHost({ module, output }: RecordedScript): RecordedScript {
  if (output?.aggregate === undefined) throw new Error('it has no table');
  return { module, output: { ...output, aggregate: { ...output.aggregate, by: ['host', 'execname'] } } };
}

/** A run of one script in which each host prints these lines and traces for so many seconds. */
function runOf(
  script: RecordedScript,
  lines: Readonly<Record<string, readonly string[]>>,
  seconds: Readonly<Record<string, number>> | number,
): MeasuredRun {
  const events = recordedRun([script], { names: Object.keys(lines), linesOf: host => lines[host] ?? [] });
  const { tally, read } = createTally();
  const gatherer = createMeasureGatherer();
  const take = (event: Event) => {
    read(event);
    gatherer.read(event);
  };
  for (const event of events) {
    if (event.kind !== 'script-finished') take(event);
    else {
      const traced = typeof seconds === 'number' ? seconds : (seconds[event.host] ?? 0);
      const { host, module, playNumber = 1 } = event;
      const begun = new Date(Date.parse(event.time) - traced * 1000).toISOString();
      take({ kind: 'script-started', host, module, time: begun, run: runId, playNumber });
      take(event);
    }
  }
  return { tally, measures: gatherer.measures() };
}

function compare(before: MeasuredRun, after: MeasuredRun, order: DiffOrder = { by: 'change' }): MeasuresDiff {
  const measured = diffMeasures(before, after, order);
  const ids = { from: runId, to: runId };
  assertValidHistory('diff', { ...ids, hostsAdded: [], hostsGone: [], plays: [], seconds: {}, measured });
  const [play] = measured;
  if (play === undefined) throw new Error('no play is in both');
  return play;
}

const shown = { colour: 'plain', columns: 80, top: 10, order: { by: 'change' } } as const;

describe('tables', () => {
  const before = runOf(reads, { db1: ['mysqld 100', 'mysqld 300', 'sshd 10', 'cron 7'], db2: ['mysqld 200'] }, 10);
  const after = runOf(reads, { db1: ['mysqld 900', 'sshd 20', 'rsync 50'], db2: ['mysqld 300'] }, 20);

  test('absolute, in per cent, and per traced second', () => {
    const [table] = compare(before, after).tables;
    expect(table?.measures).toEqual([
      { name: 'records', role: 'records' },
      { name: 'bytes', role: 'sum' },
      { name: 'max_bytes', role: 'max' },
      { name: 'avg_bytes', role: 'avg' },
      { name: 'hosts', role: 'hosts' },
    ]);
    expect([table?.from, table?.to]).toMatchObject([
      { hosts: 2, records: 5, traced: 20 },
      { hosts: 2, records: 4, traced: 40 },
    ]);
    const mysqld = table?.rows.find(({ key }) => key[0] === 'mysqld');
    expect(mysqld?.state).toBe('both');
    // 600 in 20 s of hosts are 30 a second, 1200 in 40 s are 30 as well.
    expect(mysqld?.amounts).toEqual([
      {
        from: 3,
        to: 2,
        change: -1,
        percent: -33.33,
        perSecond: { from: 0.15, to: 0.05, change: -0.1, percent: -66.67 },
      },
      { from: 600, to: 1200, change: 600, percent: 100, perSecond: { from: 30, to: 30, change: 0, percent: 0 } },
      { from: 300, to: 900, change: 600, percent: 200 },
      { from: 200, to: 600, change: 400, percent: 200 },
      { from: 2, to: 2, change: 0, percent: 0 },
    ]);
  });

  test('a group that one run does not have counts as nothing, and has no greatest value there', () => {
    const [table] = compare(before, after).tables;
    const rsync = table?.rows.find(({ key }) => key[0] === 'rsync');
    expect(rsync).toMatchObject({ state: 'added' });
    expect(rsync?.amounts.slice(1, 3)).toEqual([
      { to: 50, change: 50, perSecond: { from: 0, to: 1.25, change: 1.25 } },
      { to: 50 },
    ]);
    const cron = table?.rows.find(({ key }) => key[0] === 'cron');
    expect(cron).toMatchObject({ state: 'gone' });
    expect(cron?.amounts[1]).toEqual({
      from: 7,
      change: -7,
      percent: -100,
      perSecond: { from: 0.35, to: 0, change: -0.35, percent: -100 },
    });
  });

  test.each([
    ['bytes', ['rsync', 'cron', 'mysqld', 'sshd']],
    ['bytes:desc', ['rsync', 'mysqld', 'sshd', 'cron']],
    ['bytes:asc', ['cron', 'mysqld', 'sshd', 'rsync']],
    ['percent:bytes', ['rsync', 'cron', 'mysqld', 'sshd']],
    ['from:bytes', ['mysqld', 'sshd', 'cron', 'rsync']],
    ['to:bytes:asc', ['sshd', 'rsync', 'mysqld', 'cron']],
    ['max_bytes', ['mysqld', 'sshd', 'rsync', 'cron']],
  ])('--sort %s', (text, expected) => {
    const order = parseDiffOrder(text);
    if (order === undefined) throw new Error('it cannot be read');
    const [table] = compare(before, after, order).tables;
    expect(table?.rows.map(({ key }) => key[0])).toEqual(expected);
  });

  test.each(['', 'bytes:bytes', 'change:percent', 'asc:desc', 'a-b', 'bytes:'])('--sort %j is refused', text => {
    expect(parseDiffOrder(text)).toBeUndefined();
  });

  test('a row of a host is divided by the time of that host', () => {
    const lines = { db1: ['mysqld 100'], db2: ['mysqld 100'] };
    const [table] = compare(
      runOf(byHost(reads), lines, { db1: 10, db2: 100 }),
      runOf(byHost(reads), lines, { db1: 20, db2: 100 }),
    ).tables;
    expect(table?.rows.map(({ key, amounts }) => [key[0], amounts[1]?.perSecond])).toEqual([
      ['db1', { from: 10, to: 5, change: -5, percent: -50 }],
      ['db2', { from: 1, to: 1, change: 0, percent: 0 }],
    ]);
  });

  test('numbers beyond 2^53 are compared exactly', () => {
    const [table] = compare(
      runOf(reads, { db1: ['a 9223372036854775806'] }, 1),
      runOf(reads, { db1: ['a 9223372036854775807'] }, 1),
    ).tables;
    expect(table?.rows[0]?.amounts[1]).toMatchObject({
      from: '9223372036854775806',
      to: '9223372036854775807',
      change: 1,
    });
  });

  test('without a time there are no rates; tables with other groups are not compared', () => {
    const [table] = compare(runOf(reads, { db1: ['a 1'] }, 0), runOf(reads, { db1: ['a 3'] }, 0)).tables;
    expect(table?.from).not.toHaveProperty('traced');
    expect(table?.rows[0]?.amounts[1]).toEqual({ from: 1, to: 3, change: 2, percent: 200 });
    const [other] = compare(runOf(reads, { db1: ['a 1'] }, 1), runOf(byHost(reads), { db1: ['a 3'] }, 1)).tables;
    expect(other).toMatchObject({ state: 'other-groups', by: ['host', 'execname'], rows: [] });
  });

  test('as text', () => {
    const text = formatMeasuresDiff([compare(before, after)], shown);
    expect(text).toMatchInlineSnapshot(`
      "took: probe 0s → 0s, run 11s → 21s
      traced: reads 10s on 2 hosts → 20s on 2 hosts

      TABLE [reads] records 2 hosts, traced 20s → 2 hosts, traced 40s
      execname  from  to  change     %  from/s   to/s  change/s    %/s
      mysqld       3   2      -1  -33%    0.15   0.05      -0.1   -67%
      cron         1   -      -1  gone    0.05      0     -0.05  -100%
      rsync        -   1      +1   new       0  0.025    +0.025
      sshd         1   1       0    0%    0.05  0.025    -0.025   -50%

      TABLE [reads] bytes 2 hosts, traced 20s → 2 hosts, traced 40s
      execname  from    to  change      %  from/s  to/s  change/s    %/s
      rsync        -    50     +50    new       0  1.25     +1.25
      cron         7     -      -7   gone    0.35     0     -0.35  -100%
      mysqld     600  1200    +600  +100%      30    30         0     0%
      sshd        10    20     +10  +100%     0.5   0.5         0     0%

      TABLE [reads] max_bytes 2 hosts, traced 20s → 2 hosts, traced 40s
      execname  from   to  change      %
      mysqld     300  900    +600  +200%
      sshd        10   20     +10  +100%
      cron         7    -           gone
      rsync        -   50            new

      TABLE [reads] avg_bytes 2 hosts, traced 20s → 2 hosts, traced 40s
      execname   from     to  change      %
      mysqld    200.0  600.0    +400  +200%
      sshd       10.0   20.0     +10  +100%
      cron        7.0      -           gone
      rsync         -   50.0            new

      /s: for each second that a host traced
      "
    `);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('as text in a narrow window, with large numbers: no number is cut', () => {
    const wide = compare(
      runOf(reads, { db1: ['a_program_with_a_name 900719925474099100', 'b 7'] }, 7),
      runOf(reads, { db1: ['a_program_with_a_name 900719925474099'] }, 11),
    );
    expect(formatMeasuresDiff([wide], { ...shown, top: 1 })).toMatchInlineSnapshot(`
      "took: probe 0s → 0s, run 8s → 12s
      traced: reads 7s on 1 host → 11s on 1 host

      TABLE [reads] records 1 host, traced 7s → 1 host, traced 11s
      execname  from  to  change     %  from/s  to/s  change/s    %/s
      b            1   -      -1  gone   0.143     0    -0.143  -100%
      1 more row; --top 2 shows them

      TABLE [reads] bytes 1 host, traced 7s → 1 host, traced 11s
      execname                           from/s            to/s    %/s
      a_program_with_a_name  128674275067728430  81883600000000  -100%
      1 more row; --top 2 shows them

      TABLE [reads] max_bytes 1 host, traced 7s → 1 host, traced 11s
      execname                             from               to      %
      a_program_with_a_name  900719925474099100  900719925474099  -100%
      1 more row; --top 2 shows them

      TABLE [reads] avg_bytes 1 host, traced 7s → 1 host, traced 11s
      execname                               from                 to      %
      a_program_with_a_name  900719925474099072.0  900719925474099.0  -100%
      1 more row; --top 2 shows them

      /s: for each second that a host traced
      "
    `);
  });
});

describe('histograms', () => {
  const script: RecordedScript = { module: 'lat' };
  const log = (...rows: readonly (readonly [value: number, count: number])[]) => [
    'read latency',
    'value |----- count',
    ...rows.map(([value, count]) => `${String(value).padStart(5)} |@ ${count}`),
    '',
  ];
  const before = log([0, 0], [1, 0], [2, 10], [4, 80], [8, 9], [16, 1], [32, 0], [64, 0]);
  const after = log([0, 0], [1, 0], [2, 20], [4, 20], [8, 0], [16, 0], [32, 160], [64, 0], [128, 0]);

  test('counts, percentiles, and the share of each bucket', () => {
    const [histogram] = compare(runOf(script, { db1: before }, 10), runOf(script, { db1: after }, 10)).histograms;
    expect(histogram).toMatchObject({
      title: 'read latency',
      state: 'both',
      counts: { from: 100, to: 200, change: 100, percent: 100, perSecond: { from: 10, to: 20, percent: 100 } },
      percentiles: [
        { percent: 50, from: 4, to: 32 },
        { percent: 90, from: 4, to: 32 },
        { percent: 99, from: 8, to: 32 },
      ],
    });
    expect(histogram?.buckets?.filter(({ from, to }) => from !== 0 || to !== 0)).toEqual([
      { value: 2, from: 10, to: 20, fromShare: 10, toShare: 10 },
      { value: 4, from: 80, to: 20, fromShare: 80, toShare: 10 },
      { value: 8, from: 9, to: 0, fromShare: 9, toShare: 0 },
      { value: 16, from: 1, to: 0, fromShare: 1, toShare: 0 },
      { value: 32, from: 0, to: 160, fromShare: 0, toShare: 80 },
    ]);
  });

  test('as text', () => {
    const measured = compare(runOf(script, { db1: before, db2: before }, 10), runOf(script, { db1: after }, 30));
    expect(formatMeasuresDiff([measured], shown)).toMatchInlineSnapshot(`
      "took: probe 0s → 0s, run 11s → 31s
      traced: lat 10s on 2 hosts → 30s on 1 host

      HISTOGRAM [lat] read latency
      2 hosts, traced 20s → 1 host, traced 30s
      counted 200 → 200 (0%), per second 10 → 6.67 (-33%)
      p50 4 → 32, p90 4 → 32, p99 8 → 32 (the values of their buckets)
      value  from   to  share from  share to  change
          2    20   20       10.0%     10.0%       0
          4   160   20       80.0%     10.0%     -70
          8    18    0        9.0%      0.0%      -9
         16     2    0        1.0%      0.0%      -1
         32     0  160        0.0%     80.0%     +80
      "
    `);
  });

  test('with other buckets only what needs none is compared', () => {
    const linear = ['read latency', 'value |----- count', '   10 |@ 5', '   13 |@ 5', '   16 |@ 5', ''];
    const measured = compare(runOf(script, { db1: before }, 10), runOf(script, { db1: linear }, 10));
    expect(measured.histograms[0]).toMatchObject({ state: 'both', counts: { from: 100, to: 15 } });
    expect(measured.histograms[0]).not.toHaveProperty('buckets');
    expect(formatMeasuresDiff([measured], shown)).toContain('its buckets are others');
  });

  test('one that only one run has', () => {
    const measured = compare(runOf(script, { db1: ['x'] }, 10), runOf(script, { db1: before }, 10));
    expect(measured.histograms[0]).toMatchObject({ state: 'added', counts: { to: 100 } });
    expect(formatMeasuresDiff([measured], shown)).toContain('+ HISTOGRAM [lat] read latency\n');
  });
});
