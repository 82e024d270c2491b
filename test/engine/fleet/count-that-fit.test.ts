import { expect, test } from 'vitest';
import { countThatFit } from '../../../src/engine/fleet/count-that-fit.ts';

test.each([
  ['none', [], 5, 0],
  ['all, to the last descriptor', [1, 1, 1], 3, 3],
  ['some', [1, 1, 1, 1], 3, 3],
  ['as many as fit whichever they are', [1, 1, 1, 4, 4], 8, 2],
  ['those that cost nothing, without end', [0, 0, 0], 0, 3],
  ['one, though it is too large', [4, 4], 3, 1],
])('%s', (_, costs, room, count) => {
  expect(countThatFit(costs, room)).toBe(count);
});
