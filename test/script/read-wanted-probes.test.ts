import { expect, test } from 'vitest';
import { readWantedProbes } from '../../src/script/read-wanted-probes.ts';

const read = (text: string, args: readonly (string | undefined)[] = [], tapset = '') =>
  readWantedProbes({ path: 'a.stp', text }, args, tapset === '' ? [] : [{ path: 'pg.stp', text: tapset }]).map(
    ({ path, kind, name, provider, presence, place }) =>
      [path, kind, ...(provider === undefined ? [] : [provider]), name, presence, place.column].join(' '),
  );

test.each([
  ['probe process("/bin/p").mark("a") {}', ['/bin/p mark a certain 30']],
  ['probe process("/bin/p").provider("x").mark("a*") ? {}', ['/bin/p mark x a* possible 44']],
  [
    'probe process("/bin/p").{mark("a"), function("f").return} {}',
    ['/bin/p mark a certain 31', '/bin/p function f certain 46'],
  ],
  ['probe process("/bin/p").library("/lib/l.so").function("f") {}', ['/lib/l.so function f certain 55']],
  ['probe process(@1).mark(@2) {}', ['/bin/q mark b certain 24']],
  ['probe pg = process("/bin/p") {} probe pg.mark("a") {}', ['/bin/p mark a certain 47']],
  ['probe process("/bin/p").function("f").library("x") {}', ['/bin/p function f certain 34']],
])('%s', (text, expected) => {
  expect(read(text, ['/bin/q', 'b'])).toEqual(expected);
});

test.each([
  'probe process("/bin/p").begin {}',
  'probe process("p").mark("a") {}',
  'probe process(@1).mark("a") {}',
  'probe process("/bin/p").mark(@1) {}',
  'probe process("/bin/p").statement("*@a.c:1") {}',
  'probe kernel.function("f") {}',
  'probe process("/bin/p").mark(',
  '}}} probe',
])('nothing certain: %s', text => {
  expect(read(text, [undefined])).toEqual([]);
});

test('what a tapset names has the place of the point that uses it', () => {
  const tapset = 'probe pg.query = process("/bin/p").mark("query__start") {}';
  expect(read('probe pg.query {}', [], tapset)).toEqual(['/bin/p mark query__start certain 7']);
});
