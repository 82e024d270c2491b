import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldHosts, foldHostsWithin } from '../../src/model/fold-hosts.ts';

const numbered = (head: string, from: number, to: number, width = 1, tail = '') =>
  Array.from({ length: to - from + 1 }, (_, index) => `${head}${String(from + index).padStart(width, '0')}${tail}`);

describe('foldHosts', () => {
  test.each<[string, string[], string]>([
    ['nothing', [], ''],
    ['one', ['db1'], 'db1'],
    ['names without numbers', ['web', 'mail'], 'web,mail'],
    ['a padded run', numbered('db', 1, 30, 2), 'db[01-30]'],
    ['a run that grows a digit', numbered('db', 8, 11), 'db[8-11]'],
    ['padding that runs over', numbered('db', 98, 101, 2), 'db[98-101]'],
    ['two', ['db1', 'db2'], 'db[1,2]'],
    ['gaps', ['db1', 'db2', 'db3', 'db7'], 'db[1-3,7]'],
    ['paddings that do not follow', ['db9', 'db010', 'db11'], 'db[9,010,11]'],
    ['the order of first names', ['web1', 'db2', 'web2', 'db1'], 'web[1,2],db[1,2]'],
    ['domains', numbered('db', 1, 3, 2, '.prod.example'), 'db[01-03].prod.example'],
    ['the last number of several', ['rack1-db1', 'rack1-db2'], 'rack1-db[1,2]'],
    ['the number that varies', ['rack1-db1', 'rack2-db1', 'rack3-db1'], 'rack[1-3]-db1'],
    ['addresses', ['192.0.2.1', '192.0.2.2', '192.0.2.9'], '192.0.2.[1,2,9]'],
    ['a name twice', ['db1', 'db1', 'db2'], 'db[1,2]'],
    [
      'no counting numbers',
      ['i-01234567890123456789', 'i-01234567890123456790'],
      'i-01234567890123456789,i-01234567890123456790',
    ],
  ])('%s', (_, names, folded) => {
    expect(foldHosts(names)).toBe(folded);
  });

  test('loses no name and makes none up', () => {
    const name = fc.tuple(
      fc.constantFrom('db', 'web', 'rack1-db', ''),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('', '.prod', '-b'),
    );
    const names = fc.array(
      name.map(([head, number, width, tail]) => `${head}${String(number).padStart(width, '0')}${tail}`),
    );
    fc.assert(
      fc.property(names, list => {
        expect(expand(foldHosts(list)).sort()).toEqual([...new Set(list)].sort());
      }),
    );
  });
});

describe('foldHostsWithin', () => {
  const fleet = [...numbered('db', 1, 30, 2), ...numbered('web', 1, 200), 'mail'];

  test.each([
    [80, 'db[01-30],web[1-200],mail'],
    [24, 'db[01-30] and 201 more'],
    [5, 'db[01-30] and 201 more'],
  ])('in %i columns', (columns, text) => {
    expect(foldHostsWithin(fleet, columns)).toBe(text);
  });

  test('cuts within a word where every other host is missing', () => {
    const odd = numbered('db', 1, 300, 3).filter((_, index) => index % 2 === 0);
    expect(foldHostsWithin(odd, 40)).toBe('db[001,003,005,007,009,011] and 144 more');
  });
});

/** `db[01-03,7].x,web` → its names, padded to the run's first number. */
function expand(folded: string): string[] {
  if (folded === '') return [];
  return folded.split(/,(?![^[]*\])/).flatMap(word => {
    const match = /^(.*)\[(.*)\](.*)$/.exec(word);
    if (match === null) return [word];
    const [, head = '', runs = '', tail = ''] = match;
    return runs.split(',').flatMap(run => {
      const [first = '', last = first] = run.split('-');
      return numbered(head, Number(first), Number(last), first.length, tail);
    });
  });
}

test('thousands of names with a hundred numbers each fold by one of their last eight', () => {
  const many = (before: string, after: string) =>
    Array.from({ length: 2_000 }, (_, index) => `${before}${index}${after}`);
  const long = 'a1b2'.repeat(60);
  expect(foldHosts(many(`${long}-`, ''))).toBe(`${long}-[0-1999]`);
  expect(foldHosts(many(`${long}-`, '-1-2-3-4-5-6-7'))).toBe(`${long}-[0-1999]-1-2-3-4-5-6-7`);
  expect(foldHosts(many('a', '-1-2-3-4-5-6-7-8')).split(',')).toHaveLength(2_000);
});

test('of many runs as many are shown as fit', () => {
  const odd = Array.from({ length: 50_000 }, (_, index) => `d${index * 2}`);
  expect(foldHostsWithin(odd, 40)).toBe('d[0,2,4,6,8,10,12,14,16] and 49991 more');
});
