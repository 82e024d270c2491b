import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandHostRange } from '../../../src/inventory/written/expand-host-range.ts';
import { parseHostAddress } from '../../../src/inventory/written/parse-host-address.ts';

describe('expandHostRange', () => {
  test.each([
    ['db1', 'db1'],
    ['db[1:3]', 'db1 db2 db3'],
    ['db[01:03]', 'db01 db02 db03'],
    ['db[08:11]', 'db08 db09 db10 db11'],
    ['db[1:010]', 'db1 db2 db3 db4 db5 db6 db7 db8 db9 db10'],
    ['db[:2]', 'db0 db1 db2'],
    ['db[0:9:4]', 'db0 db4 db8'],
    ['db-[a:c].x', 'db-a.x db-b.x db-c.x'],
    ['db-[y:B]', 'db-y db-z db-A db-B'],
    ['db-[a:f:2]', 'db-a db-c db-e'],
    ['r[1:2]n[a:b]', 'r1na r1nb r2na r2nb'],
    ['[1:2]', '1 2'],
    ['10.0.[0:1].[1:2]', '10.0.0.1 10.0.0.2 10.0.1.1 10.0.1.2'],
  ])('%s', (pattern, names) => {
    expect(expandHostRange(pattern)).toEqual({ ok: true, value: names.split(' ') });
  });

  test.each([
    ['db[1]', 'the range [1] is not BEGIN:END or BEGIN:END:STEP'],
    ['db[1:2:3:4]', 'the range [1:2:3:4] is not BEGIN:END or BEGIN:END:STEP'],
    ['db[1:]', 'the range [1:] has no end'],
    ['db[01:100]', 'the two ends of [01:100] differ in their number of digits'],
    ['db[5:1]', 'the range [5:1] begins after its end'],
    ['db[f:a]', 'the range [f:a] begins after its end'],
    ['db[1:9:0]', 'the step of [1:9:0] is not a number above 0'],
    ['db[1:9:x]', 'the step of [1:9:x] is not a number above 0'],
    ['db[a:9]', 'the range [a:9] has neither two numbers nor two letters'],
    ['db[aa:bb]', 'the range [aa:bb] has neither two numbers nor two letters'],
    ['db[1:3', 'a bracket has no partner'],
    ['db1:3]', 'a bracket has no partner'],
    ['db[1:999999999999]', 'it stands for more than 100000 hosts'],
    ['r[1:1000]n[1:1000]', 'it stands for more than 100000 hosts'],
  ])('refuses %s', (pattern, error) => {
    expect(expandHostRange(pattern)).toEqual({ ok: false, error });
  });

  test('yields as many different names as the numbers say, all of the width asked for', () => {
    const bounds = fc.tuple(fc.nat(500), fc.nat(499), fc.integer({ min: 1, max: 20 }), fc.boolean());
    fc.assert(
      fc.property(bounds, ([from, more, step, isPadded]) => {
        const show = (bound: number) => (isPadded ? String(bound).padStart(4, '0') : String(bound));
        const names = expandHostRange(`h[${show(from)}:${show(from + more)}:${step}]`);
        if (!names.ok) throw new Error(names.error);
        expect(new Set(names.value).size).toBe(Math.floor(more / step) + 1);
        expect(names.value.map(name => Number(name.slice(1)))).toEqual(
          names.value.map((_, index) => from + index * step),
        );
        if (isPadded) expect(names.value.every(name => name.length === 5)).toBe(true);
      }),
    );
  });
});

describe('parseHostAddress', () => {
  test.each<[text: string, name: string, port?: number]>([
    ['db1', 'db1'],
    ['db1:2222', 'db1', 2222],
    ['db_1.example.com:22', 'db_1.example.com', 22],
    ['db[1:3]', 'db[1:3]'],
    ['db[1:3]:22', 'db[1:3]', 22],
    ['10.0.0.1:22', '10.0.0.1', 22],
    ['2001:db8::1', '2001:db8::1'],
    ['::1', '::1'],
    ['[2001:db8::1]:22', '2001:db8::1', 22],
  ])('%s', (text, name, port) => {
    expect(parseHostAddress(text)).toEqual(port === undefined ? { name } : { name, port });
  });

  test.each(['', 'web:db', 'web db', 'web*', '-x', 'x-', 'web[0]', '[::1]', 'web:'])('%j is none', text => {
    expect(parseHostAddress(text)).toBeUndefined();
  });
});

test.each(['['.repeat(500_000), '[[a-'.repeat(200_000), `${'[1:2]'.repeat(10)}${'['.repeat(300_000)}`])(
  'brackets without partners are told at once',
  pattern => {
    expect(expandHostRange(pattern)).toEqual({ ok: false, error: 'a bracket has no partner' });
  },
);
