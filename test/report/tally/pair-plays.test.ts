import { expect, test } from 'vitest';
import { pairPlays } from '../../../src/report/tally/pair-plays.ts';

const play = (name: string, id: number) => ({ name, id });

test('plays with one name are paired in their order', () => {
  const pairs = pairPlays([play('a', 1), play('a', 2), play('b', 3)], [play('a', 4), play('c', 5), play('a', 6)]);
  expect(pairs.map(({ name, from, to }) => [name, from?.id, to?.id])).toEqual([
    ['a', 1, 4],
    ['a', 2, 6],
    ['b', 3, undefined],
    ['c', undefined, 5],
  ]);
});

test('however many there are', () => {
  const many = Array.from({ length: 50_000 }, (_, index) => play('a', index));
  expect(pairPlays(many, many).every(({ from, to }) => from === to)).toBe(true);
});
