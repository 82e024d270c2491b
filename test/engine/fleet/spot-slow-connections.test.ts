import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { spotSlowConnections } from '../../../src/engine/fleet/spot-slow-connections.ts';

const never = new Promise<never>(() => undefined);

test('what is there, or has failed, is not slow; what never comes is, once others have come', async () => {
  const isSlow = spotSlowConnections();
  const told: string[] = [];
  const judge = async (name: string, opening: Promise<unknown>) => {
    told.push(`${name} ${await isSlow({ opening, answered: opening, loggingIn: opening })}`);
  };
  await Promise.all([
    judge('never', never),
    judge('at once', Promise.resolve()),
    judge('refused', Promise.reject(new Error('refused'))),
    // Each is judged by the slowest of those before it.
    judge('heavy', sleep(1_000)),
    judge('heavier', sleep(1_350)),
  ]);
  expect(told).toEqual(['at once false', 'refused false', 'heavy false', 'heavier false', 'never true']);
});

test('who does not answer at all is slow by what answers take, not by what logins take', async () => {
  const isSlow = spotSlowConnections();
  const begun = performance.now();
  const login = isSlow({ opening: sleep(2_500), answered: Promise.resolve(), loggingIn: Promise.resolve() });
  const dead = isSlow({ opening: never, answered: never, loggingIn: never });
  expect(await dead).toBe(true);
  expect(performance.now() - begun).toBeLessThan(2_400);
  expect(await login).toBe(false);
});

test('a login that waits for its turn here makes nobody else slow, nor itself', async () => {
  const isSlow = spotSlowConnections();
  const answered = Promise.resolve();
  const turn = sleep(3_000);
  const waited = isSlow({ opening: turn.then(() => sleep(100)), answered, loggingIn: turn });
  await isSlow({ opening: answered, answered, loggingIn: answered });
  const begun = performance.now();
  expect(await isSlow({ opening: never, answered, loggingIn: answered })).toBe(true);
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(await waited).toBe(false);
});
