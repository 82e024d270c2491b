import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import type { Aggregation, Column } from '../../src/model/records.ts';
import { createAggregator } from '../../src/records/aggregate-records.ts';

const columns: readonly Column[] = [
  { name: 'name', type: 'text' },
  { name: 'bytes', type: 'integer' },
  { name: 'ms', type: 'number' },
];
const nothing: Aggregation = { by: [], sum: [], min: [], max: [], avg: [], count: false, maxGroups: 10_000 };

type Made = readonly [host: string, name: string, bytes: number | string, ms: number];

function tableOf(aggregation: Partial<Aggregation>, records: readonly Made[], wishes = {}) {
  const aggregator = createAggregator({ ...nothing, ...aggregation }, columns);
  for (const [host, name, bytes, ms] of records) aggregator.add(host as HostName, { name, bytes, ms });
  return aggregator.table(wishes);
}

const records: readonly Made[] = [
  ['db1', 'cat', 10, 0.1],
  ['db2', 'cat', 20, 0.2],
  ['db2', 'sh', 5, 7],
  ['db1', 'cat', '9223372036854775807', 1],
  ['db1', 'dd', 5, 2],
];

describe('a table', () => {
  test('has groups, hosts, counts, sums, least, greatest and mean, exact beyond 2^53', () => {
    const {
      columns: made,
      rows,
      ...rest
    } = tableOf(
      { by: ['name'], count: true, sum: ['bytes', 'ms'], min: ['bytes'], max: ['bytes'], avg: ['bytes', 'ms'] },
      records,
    );
    expect(made.map(({ name }) => name).join()).toBe(
      'name,hosts,records,bytes,ms,min_bytes,max_bytes,avg_bytes,avg_ms',
    );
    expect(rows).toEqual([
      ['cat', 2, 3, '9223372036854775837', 1.3, 10, '9223372036854775807', 3074457345618258400, 0.433333333333],
      ['dd', 1, 1, 5, 2, 5, 5, 5, 2],
      ['sh', 1, 1, 5, 7, 5, 5, 5, 7],
    ]);
    expect(rest).toEqual({ hosts: 2, records: 5 });
  });

  test('by host says no more on how many hosts', () => {
    const { columns: made, rows } = tableOf(
      { by: ['host'], sum: ['bytes'], sort: { column: 'host' } },
      records.slice(0, 3),
    );
    expect(made.map(({ name }) => name)).toEqual(['host', 'bytes']);
    expect(rows).toEqual([
      ['db1', 10],
      ['db2', 25],
    ]);
  });

  test('of no groups is one row, and of no records none', () => {
    expect(tableOf({ count: true }, records).rows).toEqual([[2, 5]]);
    expect(tableOf({ count: true }, [])).toEqual({ columns: expect.anything(), rows: [], hosts: 0, records: 0 });
  });

  test('is sorted as numbers and texts are, also beyond 2^53; equal rows by their groups', () => {
    const wide: Made[] = [
      ['a', 'x', '18446744073709551615', 0],
      ['a', 'y', '9223372036854775808', 0],
      ['a', 'z', 7, 0],
      ['a', 'B', 7, 0],
    ];
    const names = (column: string, direction?: 'ascending' | 'descending') =>
      tableOf({ by: ['name'], max: ['bytes'] }, wide, { sort: { column, ...(direction && { direction }) } }).rows.map(
        ([name]) => name,
      );
    expect(names('max_bytes')).toEqual(['x', 'y', 'B', 'z']);
    expect(names('max_bytes', 'ascending')).toEqual(['B', 'z', 'y', 'x']);
    expect(names('name')).toEqual(['B', 'x', 'y', 'z']);
    expect(names('name', 'descending')).toEqual(['z', 'y', 'x', 'B']);
    expect(names('nonsense')).toEqual(['x', 'y', 'B', 'z']);
    const byNumber = tableOf({ by: ['bytes'], count: true }, wide, { sort: { column: 'bytes' } });
    expect(byNumber.rows.map(([bytes]) => bytes)).toEqual(['18446744073709551615', '9223372036854775808', 7]);
  });

  test('that is cut has the rest as one row, and so do groups beyond the limit', () => {
    const made = tableOf({ by: ['name'], sum: ['bytes'], max: ['ms'], top: 1, maxGroups: 2 }, records);
    expect(made.rows).toEqual([['cat', 2, '9223372036854775837', 1]]);
    // sh was kept, and is one of the rest; dd came when the table was full.
    expect(made.others).toEqual({ cells: [null, 2, 10, 7], groups: 1, beyond: 1 });
    expect(tableOf({ by: ['name'], count: true, top: 1 }, records, { top: 9 }).others).toBeUndefined();
  });
});

test('names as long as a line do not fill the memory', () => {
  const { rows } = tableOf({ by: ['name'], count: true }, [['a', 'x'.repeat(60_000), 1, 1]]);
  expect(String(rows[0]?.[0])).toHaveLength(501);
});

test('whatever comes in whatever order, rows and rest together hold every record once', () => {
  const record = fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.constantFrom('p', 'q', 'r', 's', 't'),
    fc.integer(),
    fc.constant(1),
  );
  fc.assert(
    fc.property(
      fc.array(record),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      (all, top, maxGroups) => {
        const {
          rows,
          others,
          hosts,
          records: counted,
        } = tableOf({ by: ['name'], count: true, sum: ['bytes'], min: ['bytes'], top, maxGroups }, all);
        const lines = others === undefined ? rows : [...rows, others.cells];
        const sum = (index: number) => lines.reduce((total, cells) => total + Number(cells[index]), 0);
        expect(counted).toBe(all.length);
        expect(hosts).toBe(new Set(all.map(([host]) => host)).size);
        expect(sum(2)).toBe(all.length);
        expect(sum(3)).toBe(all.reduce((total, [, , bytes]) => total + bytes, 0));
        expect(rows.length).toBeLessThanOrEqual(Math.min(top, maxGroups));
        if (all.length > 0)
          expect(Math.min(...lines.map(cells => Number(cells[4])))).toBe(Math.min(...all.map(([, , bytes]) => bytes)));
      },
    ),
  );
});
