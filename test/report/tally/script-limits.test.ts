import { expect, test } from 'vitest';
import type { ModuleName } from '../../../src/model/ids.ts';
import { scriptLimits } from '../../../src/report/tally/script-limits.ts';
import { host, ioread, runs } from '../../support/sample-run.ts';

const db1 = host('db1');
const other = 'other' as ModuleName;

test('a script reaches its limit so long after it began, and one that is not in the plan never', () => {
  const running = new Map([
    [
      db1,
      new Map([
        [ioread, 1_000],
        [other, 2_000],
      ]),
    ],
  ]);
  const arming = new Map();
  expect(scriptLimits({ running, arming }, db1, runs(db1))).toEqual([31_000, Number.POSITIVE_INFINITY]);
  expect(scriptLimits({ running, arming }, host('db2'), runs(host('db2')))).toEqual([]);
});

test('one whose probes are not armed yet has no limit', () => {
  const running = new Map([[db1, new Map([[ioread, 1_000]])]]);
  const arming = new Map([[db1, new Set([ioread])]]);
  expect(scriptLimits({ running, arming }, db1, runs(db1))).toEqual([Number.POSITIVE_INFINITY]);
});
