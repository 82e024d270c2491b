import { expect, test } from 'vitest';
import { createPathSet } from '../../src/document/path-set.ts';

test('tells which paths it has, which a path lies within, and whether any lies within a path', () => {
  const set = createPathSet([['a', 0], ['a', 0, 'b', 'c'], ['x']]);
  set.add(['__proto__', 'b']);
  expect([['a', 0], ['a'], ['a', '0'], ['__proto__', 'b'], ['constructor'], []].map(set.has)).toEqual([
    ...[true, false, false, true, false, false],
  ]);
  expect(set.lengthsAround(['a', 0, 'b', 'c', 'd'])).toEqual([2, 4]);
  expect(set.lengthsAround(['a', 1])).toEqual([]);
  expect([['a'], ['a', 0, 'b'], ['a', 1], ['x', 'y'], []].map(set.hasWithin)).toEqual([true, true, false, false, true]);
});

test('an empty one has nothing; all lies within the path without a step', () => {
  const none = createPathSet();
  expect([none.has([]), none.hasWithin([]), none.lengthsAround(['a'])]).toEqual([false, false, []]);
  expect(createPathSet([[]]).lengthsAround(['a'])).toEqual([0]);
});
