import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deferred } from '../../src/process/deferred.ts';
import { createDescriptorBudget, type Spare } from '../../src/process/descriptor-budget.ts';

const { signal } = new AbortController();

/** Claims, and notes in `got` when it is granted. */
function claiming(budget: ReturnType<typeof createDescriptorBudget>, got: string[]) {
  return async (name: string, count: number, stop: AbortSignal = signal) => {
    const claim = await budget.claim(count, stop);
    got.push(name);
    return claim;
  };
}

test('who finds no room waits, in order: a small claim does not overtake a large one', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 4 });
  const claim = claiming(budget, got);
  const [a, b] = [await claim('a', 3), await claim('b', 1)];
  const [large, small] = [claim('large', 2), claim('small', 1)];
  b.release();
  await turn();
  expect(got).toEqual(['a', 'b']);
  a.release();
  await Promise.all([large, small]);
  expect(got).toEqual(['a', 'b', 'large', 'small']);
});

test('what is released twice is counted once', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 1 });
  const claim = claiming(budget, got);
  const first = await claim('first', 1);
  first.release();
  first.release();
  await claim('second', 1);
  void claim('third', 1);
  await turn();
  expect(got).toEqual(['first', 'second']);
});

test('who wants more than there is has it alone; who must not wait does not', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 2 });
  const claim = claiming(budget, got);
  const one = budget.take(1);
  budget.take(5).release();
  const all = claim('all', 4);
  await turn();
  expect(got).toEqual([]);
  one.release();
  await all;
  expect(got).toEqual(['all']);
});

test('an abort ends the wait, and lets those behind go ahead', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 2 });
  const claim = claiming(budget, got);
  await claim('one', 1);
  const stop = new AbortController();
  const given = expect(claim('two', 2, stop.signal)).rejects.toThrow('stopped');
  const behind = claim('behind', 1);
  stop.abort(new Error('stopped'));
  await given;
  await behind;
  expect(got).toEqual(['one', 'behind']);
  await expect(claim('late', 1, stop.signal)).rejects.toThrow('stopped');
});

test('what nobody uses is closed for whoever waits: no more of it than is wanted', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 3 });
  const claim = claiming(budget, got);
  const claims = [await claim('a', 1), await claim('b', 1), await claim('c', 1)];
  const closed: number[] = [];
  const ended = deferred();
  const spares: Spare[] = claims.map((held, index) => ({
    descriptors: 1,
    async close() {
      closed.push(index);
      await ended.promise;
      held.release();
    },
  }));
  const lender = budget.lend(() => spares.shift());
  const waiting = claim('d', 1);
  await turn();
  // Asked once more while the first one is being closed.
  lender.offer();
  expect([got, closed]).toEqual([['a', 'b', 'c'], [0]]);
  ended.resolve();
  await waiting;
  expect([got, closed]).toEqual([['a', 'b', 'c', 'd'], [0]]);
  lender.end();
  void claim('e', 1);
  await turn();
  expect(closed).toEqual([0]);
});

test('what comes to be spare while others wait is closed at once', async () => {
  const got: string[] = [];
  const budget = createDescriptorBudget({ room: 1 });
  const claim = claiming(budget, got);
  const held = await claim('a', 1);
  const spares: Spare[] = [];
  const lender = budget.lend(() => spares.shift());
  const waiting = claim('b', 1);
  await turn();
  expect(got).toEqual(['a']);
  spares.push({ descriptors: 1, close: async () => held.release() });
  lender.offer();
  await waiting;
  expect(got).toEqual(['a', 'b']);
});
