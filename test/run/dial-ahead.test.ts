import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { dialAhead } from '../../src/run/dial-ahead.ts';
import type { Fleet } from '../../src/run/fleet.ts';

const never = new Promise<never>(() => undefined);

/** Hosts of one letter; `dead` and `broken` do not connect. */
function dial(places: number) {
  const opened: string[] = [];
  const fleet = {
    open({ name }: Host) {
      opened.push(name);
      if (name === 'dead') return never;
      return name === 'broken' ? Promise.reject(new Error('stopped')) : Promise.resolve();
    },
    reaches: () => Promise.resolve(),
  } as unknown as Fleet;
  const isSlow = async ({ opening }: { opening: Promise<unknown> }): Promise<boolean> => {
    opening.catch(() => undefined);
    return opening === never;
  };
  const ahead = dialAhead(fleet, places, isSlow);
  return { opened, ahead: (name: string) => ahead({ name: name as HostName } as Host) };
}

test('so many are connected to ahead, in their order; one more for each that has its turn', async () => {
  const { opened, ahead } = dial(2);
  const [a, b, c] = ['a', 'b', 'c', 'd'].map(ahead);
  await turn();
  expect(opened).toEqual(['a', 'b']);
  expect(await a?.isSlow).toBe(false);
  b?.turnBegins();
  await turn();
  expect(opened).toEqual(['a', 'b', 'c']);
  // Also before it is connected to.
  c?.turnBegins();
  a?.turnBegins();
  await turn();
  expect(opened).toEqual(['a', 'b', 'c', 'd']);
});

test('who is slow takes nobody’s place', async () => {
  const { opened, ahead } = dial(1);
  const [dead] = ['dead', 'a', 'b'].map(ahead);
  expect(await dead?.isSlow).toBe(true);
  await turn();
  expect(opened).toEqual(['dead', 'a']);
});

test('what ends all connecting is heard by who has the turn, and by nobody else', async () => {
  const { ahead } = dial(1);
  const [broken] = ['broken', 'a'].map(ahead);
  await turn();
  expect(await broken?.isSlow).toBe(false);
});
