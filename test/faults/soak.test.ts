import { expect, test } from 'vitest';
import { soakLoopback } from '../soak/loopback-fleet.ts';
import { findGrowth, soak } from '../soak/soak.ts';
import { startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';

test.skipIf(whyNoFleet() !== undefined)(
  'applies in a row leave nothing and take no more each time',
  { timeout: 180_000 },
  async () => {
    await using fleet = await startStandInFleet('db1', 'db2');
    const [first, last] = await soak(await soakLoopback(fleet), [7, 14]);
    if (first === undefined || last === undefined) expect.fail('nothing was measured');
    expect(findGrowth(first, last)).toEqual([]);
    expect(await fleet.left()).toEqual([]);
  },
);

test('growth is seen', () => {
  const before = {
    after: 1,
    hostFiles: 2,
    ownFiles: 3,
    processes: 1,
    handles: 5,
    serverKb: 8000,
    controllerKb: 70_000,
  };
  expect(findGrowth(before, { ...before, after: 9, controllerKb: 80_000, serverKb: 12_000 })).toEqual([]);
  expect(findGrowth(before, { ...before, after: 9, handles: 6, controllerKb: 90_000 })).toEqual([
    'handles: 5 after 1, 6 after 9',
    'controllerKb: 70000 after 1, 90000 after 9',
  ]);
});
