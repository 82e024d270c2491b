import { expect, test } from 'vitest';
import type { PlannedOutput } from '../../src/model/plan.ts';
import type { Aggregation } from '../../src/model/records.ts';
import { createMatrixGatherer, type Matrix } from '../../src/records/gather-matrices.ts';
import { plainOutput } from '../../src/records/read-output.ts';
import { recordedRun } from '../support/recorded-run.ts';

const aggregate: Aggregation = { by: ['name'], sum: ['n'], min: [], max: ['n'], avg: [], count: true, maxGroups: 9 };
const format: PlannedOutput['format'] = {
  ...plainOutput,
  columns: [
    { name: 'name', type: 'text' },
    { name: 'n', type: 'integer' },
  ],
  sections: [{ name: 's', begin: 'S' }],
};

function matricesOf(
  printed: Readonly<Record<string, readonly string[]>>,
  own: Partial<Aggregation> = {},
): readonly Matrix[] {
  const gatherer = createMatrixGatherer();
  const output = { format, aggregate: { ...aggregate, ...own } };
  const names = Object.keys(printed);
  for (const event of recordedRun([{ module: 'm', output }], { names, linesOf: host => printed[host] ?? [] }))
    gatherer.read(event);
  return gatherer.matrices();
}

const brief = (matrix: Matrix | undefined) => [
  matrix?.measure,
  matrix?.keys,
  matrix?.rows.map(({ host, cells }) => [host, ...cells]),
];

test('hosts by keys, the greatest first', () => {
  const printed = { a: ['cat 1', 'sh 5', 'cat 2'], b: ['cat 100'], c: [] };
  const [matrix] = matricesOf(printed);
  expect(matrix).toMatchObject({ module: 'm', by: ['name'], moreKeys: 0, moreHosts: 0 });
  expect(brief(matrix)).toEqual([
    'records',
    ['cat', 'sh'],
    [
      ['a', 2, 1],
      ['b', 1, undefined],
    ],
  ]);
  expect(brief(matricesOf(printed, { count: false })[0])).toEqual([
    'n',
    ['cat', 'sh'],
    [
      ['b', 100, undefined],
      ['a', 3, 5],
    ],
  ]);
  const order = { sort: { column: 'max_n' } };
  expect(brief(matricesOf(printed, order)[0])).toEqual([
    'max_n',
    ['cat', 'sh'],
    [
      ['b', 100, undefined],
      ['a', 2, 5],
    ],
  ]);
});

test('are of the section that the table is of', () => {
  const printed = { a: ['cat 1', 'S', 'sh 2', 'cat 4'], b: ['cat 8', 'S', 'cat 16'] };
  expect(brief(matricesOf(printed, { section: 's', count: false })[0])[2]).toEqual([
    ['b', 16, undefined],
    ['a', 4, 2],
  ]);
});

test('are none of one host, of one key, or of a table by host alone', () => {
  expect(matricesOf({ a: ['cat 1', 'sh 1'] })).toEqual([]);
  expect(matricesOf({ a: ['cat 1'], b: ['cat 1'] })).toEqual([]);
  expect(matricesOf({ a: ['cat 1', 'sh 1'], b: ['cat 1'] }, { by: ['host'] })).toEqual([]);
});

test('say what they leave out', () => {
  const rows = Array.from({ length: 20 }, (_, index) => `p${index} ${index}`);
  const printed = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`h${index}`, rows] as const));
  const [matrix] = matricesOf(printed, { count: false });
  expect([matrix?.keys.length, matrix?.keys[0], matrix?.rows.length, matrix?.moreKeys, matrix?.moreHosts]).toEqual([
    12,
    'p19',
    300,
    8,
    10,
  ]);
});

test('of ever new keys there is no picture, and none is kept', () => {
  const printed = { a: Array.from({ length: 60_000 }, (_, at) => `name${at} 1`), b: ['name1 1', 'name2 1'] };
  expect(matricesOf(printed)).toEqual([]);
  expect(matricesOf({ a: printed.a.slice(0, 40_000), b: printed.b })).toHaveLength(1);
});
