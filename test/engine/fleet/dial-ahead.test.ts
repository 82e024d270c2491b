import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { dialAhead } from '../../../src/engine/fleet/dial-ahead.ts';
import type { Fleet } from '../../../src/engine/fleet/fleet.ts';
import type { Host } from '../../../src/model/host.ts';
import type { HostName } from '../../../src/model/ids.ts';

const never = new Promise<never>(() => undefined);

/** Hosts of one letter; `dead` and `broken` do not connect. */
function dial(places: number) {
  const opened: string[] = [];
  const openings = new Map<string, Promise<unknown>>();
  const connect = (name: string): Promise<unknown> => {
    opened.push(name);
    if (name === 'dead') return never;
    return name === 'broken' ? Promise.reject(new Error('stopped')) : Promise.resolve();
  };
  const fleet = {
    open({ name }: Host) {
      const opening = openings.get(name) ?? connect(name);
      openings.set(name, opening);
      return opening;
    },
    reaches: () => Promise.resolve(),
  } as unknown as Fleet;
  let judged = 0;
  const isSlow = async ({ opening }: { opening: Promise<unknown> }): Promise<boolean> => {
    judged++;
    opening.catch(() => undefined);
    return opening === never;
  };
  const ahead = dialAhead(fleet, places, isSlow);
  return {
    opened,
    ahead(name: string) {
      const host = { name: name as HostName } as Host;
      const isHostSlow = ahead(host);
      return { takesTurn: (opening = fleet.open(host)) => isHostSlow(opening) };
    },
    judged: () => judged,
  };
}

test('so many are connected to ahead, in their order; one more for each that has its turn', async () => {
  const { opened, ahead, judged } = dial(2);
  const [a, b, c] = ['a', 'b', 'c', 'd'].map(ahead);
  await turn();
  expect(opened).toEqual(['a', 'b']);
  expect(await b?.takesTurn()).toBe(false);
  await turn();
  expect(opened).toEqual(['a', 'b', 'c']);
  expect(await c?.takesTurn()).toBe(false);
  expect(await a?.takesTurn()).toBe(false);
  await turn();
  expect(opened).toEqual(['a', 'b', 'c', 'd']);
  // Each of them once, ahead.
  expect(judged()).toBe(4);
});

test('who has the turn before a place is connected to once, and judged once', async () => {
  const { opened, ahead, judged } = dial(2);
  const [, , c] = ['a', 'b', 'c'].map(ahead);
  expect(await c?.takesTurn()).toBe(false);
  expect([opened, judged()]).toEqual([['c', 'a', 'b'], 3]);
});

test('a connection that was lost before the turn is judged anew', async () => {
  const { ahead, judged } = dial(2);
  const a = ahead('a');
  await turn();
  expect(await a.takesTurn(never)).toBe(true);
  expect(judged()).toBe(2);
});

test('who is slow takes nobody’s place', async () => {
  const { opened, ahead } = dial(2);
  const [dead] = ['dead', 'a', 'b', 'c'].map(ahead);
  await turn();
  expect(opened).toEqual(['dead', 'a', 'b']);
  expect(await dead?.takesTurn()).toBe(true);
});

test('one host at a time is one login at a time', async () => {
  const { opened, ahead } = dial(1);
  const [, b] = ['a', 'b'].map(ahead);
  await turn();
  expect(opened).toEqual([]);
  expect(await b?.takesTurn()).toBe(false);
  expect(opened).toEqual(['b']);
});

test('what ends all connecting is heard by who has the turn, and by nobody else', async () => {
  const { ahead } = dial(2);
  const [broken] = ['broken', 'a'].map(ahead);
  await turn();
  expect(await broken?.takesTurn()).toBe(false);
});
