import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { HostName } from '../../src/model/ids.ts';
import type { PlannedOutput } from '../../src/model/plan.ts';
import { createSeriesGatherer } from '../../src/records/gather-series.ts';
import { createTimeBins } from '../../src/records/time-bins.ts';
import { at, hosts, ioread, plan } from '../support/sample-run.ts';

const columns = [
  { name: 'name', type: 'text' },
  { name: 'bytes', type: 'integer' },
] as const;
const format = { columns, sections: [], skip: [], histograms: 'add' } as const;

function seriesOf(records: readonly Event[], aggregate?: PlannedOutput['aggregate']) {
  const gatherer = createSeriesGatherer();
  const planned = plan(hosts('db1', 'db2'));
  const outputs = [{ module: ioread, format, ...(aggregate === undefined ? {} : { aggregate }) }];
  gatherer.read(at(0, { kind: 'play-started', play: planned.name, hosts: [], buildHosts: [] }));
  gatherer.read(at(0, { kind: 'play-planned', plan: { ...planned, outputs } }));
  for (const record of records) gatherer.read(record);
  return gatherer.series();
}

function record(seconds: number, host: string, name: string, bytes: number, sample?: number): Event {
  const place = sample === undefined ? {} : { section: 'interval', sample };
  return at(seconds, { kind: 'record', host: host as HostName, module: ioread, ...place, values: { name, bytes } });
}

describe('series', () => {
  test('are summed over hosts, by what the script tells apart', () => {
    const [one, ...others] = seriesOf([
      record(10, 'db1', 'cat', 1),
      record(10.2, 'db2', 'cat', 2),
      record(11, 'db1', 'sh', 5),
      record(12, 'db1', 'cat', 4),
    ]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ column: 'bytes', by: ['name'], stepSeconds: 1, others: 0 });
    expect(one?.lines).toEqual([
      { name: 'cat', values: [3, 0, 4] },
      { name: 'sh', values: [0, 5, 0] },
    ]);
    const [first = 0, second = 0] = one?.times ?? [];
    expect(second - first).toBe(1);
  });

  test('have steps no shorter than the script prints in, so that hosts do not alternate', () => {
    const records = [0, 5, 10, 15].flatMap((seconds, index) => [
      record(seconds, 'db1', 'cat', 1, index + 1),
      record(seconds + 2, 'db2', 'cat', 10, index + 1),
    ]);
    expect(seriesOf(records)[0]).toMatchObject({
      section: 'interval',
      stepSeconds: 5,
      lines: [{ name: 'cat', values: [11, 11, 11, 11] }],
    });
  });

  test('are of what the table sums, and of each host where nothing else tells lines apart', () => {
    const aggregate = { by: ['host'], sum: ['bytes'], min: [], max: [], avg: [], count: false, maxGroups: 9 };
    const records = [1, 2, 3].flatMap(seconds => [record(seconds, 'db1', 'cat', 1), record(seconds, 'db2', 'sh', 2)]);
    expect(seriesOf(records, aggregate)[0]).toMatchObject({ by: ['host'], lines: [{ name: 'db2' }, { name: 'db1' }] });
  });

  test('are of sections with several samples of a host: totals of many hosts are no course of time', () => {
    const names = ['db1', 'db2', 'db3', 'db4', 'db5'];
    expect(seriesOf(names.map((name, index) => record(index * 7, name, 'cat', 1, 1)))).toEqual([]);
    // Nor is a table without a section that each host prints at its end.
    const table = names.flatMap((name, index) =>
      Array.from({ length: 40 }, (_, row) => record(index * 7 + row / 100, name, `p${row}`, 1)),
    );
    expect(seriesOf(table)).toEqual([]);
    const samples = names.flatMap((name, index) =>
      [1, 2, 3].map(number => record(index * 7 + number, name, 'cat', 1, number)),
    );
    expect(seriesOf(samples)).toHaveLength(1);
  });

  test('have names that no line of a host makes longer than can be shown', () => {
    const long = 'x'.repeat(100_000);
    const [one] = seriesOf([1, 2, 3].map(seconds => record(seconds, 'db1', long, 1)));
    expect(one?.lines[0]?.name).toHaveLength(201);
  });

  test('are left out where two points are all there is', () => {
    expect(seriesOf([record(1, 'db1', 'cat', 1), record(2, 'db1', 'cat', 1)])).toEqual([]);
  });
});

describe('time bins', () => {
  test('grow longer as time goes on, and lose nothing', () => {
    const bins = createTimeBins();
    for (let second = 0; second < 5000; second++) bins.add('a', second * 1000, 1);
    const { stepSeconds, times, lines } = bins.tell(0, 8);
    expect(stepSeconds).toBe(16);
    expect(times.length).toBeLessThanOrEqual(600);
    expect(lines[0]?.values.reduce((sum, value) => sum + value, 0)).toBe(5000);
  });

  test('sum what is small as one line, and hold no more groups than they have room for', () => {
    const bins = createTimeBins();
    for (let group = 0; group < 3000; group++) bins.add(`g${String(group).padStart(4, '0')}`, 0, group === 7 ? 9 : 1);
    // As often as it comes, a group counts once.
    bins.add('g2999', 0, 0);
    const { lines, others } = bins.tell(0, 2);
    expect([lines.map(({ name }) => name), others]).toEqual([['g0007', 'g0000', '2998 others'], 2998]);
    expect(lines.flatMap(({ values }) => values)).toEqual([9, 1, 2998]);
  });

  test('take no account of what is no number, and of a clock that was set back', () => {
    const bins = createTimeBins();
    bins.add('a', 10_000, 1);
    bins.add('a', Number.NaN, 1);
    bins.add('a', 11_000, Number.NaN);
    bins.add('a', 8000, 2);
    expect(bins.tell(0, 8).lines).toEqual([{ name: 'a', values: [2, 1] }]);
  });
});
