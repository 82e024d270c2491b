import { expect, it } from 'vitest';
import { deferred } from '../../src/process/deferred.ts';

it('is settled from outside, by the first call only, also before anybody waits', async () => {
  const word = deferred<string>();
  word.resolve('first');
  word.resolve('second');
  expect(await word.promise).toBe('first');
});

it('needs no object to be called on', async () => {
  const { promise, resolve } = deferred();
  queueMicrotask(resolve);
  expect(await promise).toBeUndefined();
});
