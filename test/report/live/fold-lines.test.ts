import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { createLineFolder } from '../../../src/report/live/fold-lines.ts';
import { host } from '../../support/sample-run.ts';

test('equal lines of several hosts become one, and the next take begins anew', () => {
  const folder = createLineFolder();
  for (const name of ['db1', 'db2', 'db3']) {
    folder.add(host(name), '|', 'same');
    folder.add(host(name), '|', name === 'db2' ? 'other' : 'again');
  }
  folder.add(host('db1'), '!', 'same');
  expect(folder.take()).toEqual([
    { hosts: ['db1', 'db2', 'db3'], sign: '|', text: 'same' },
    { hosts: ['db1', 'db3'], sign: '|', text: 'again' },
    { hosts: ['db2'], sign: '|', text: 'other' },
    { hosts: ['db1'], sign: '!', text: 'same' },
  ]);
  expect(folder.take()).toEqual([]);
});

test('a line that one host prints twice stands twice', () => {
  const folder = createLineFolder();
  for (const text of ['a', 'a', 'b', 'a']) folder.add(host('db1'), '|', text);
  expect(folder.take().map(({ text }) => text)).toEqual(['a', 'a', 'b', 'a']);
});

test('every host keeps its lines in their order', () => {
  const step = fc.tuple(fc.constantFrom('db1', 'db2', 'db3').map(host), fc.constantFrom('a', 'b', 'c'));
  fc.assert(
    fc.property(fc.array(step), steps => {
      const folder = createLineFolder();
      for (const [name, text] of steps) folder.add(name, '|', text);
      const folded = folder.take();
      const of = (name: HostName) => folded.filter(({ hosts }) => hosts.includes(name)).map(({ text }) => text);
      for (const name of ['db1', 'db2', 'db3'].map(host)) {
        expect(of(name)).toEqual(steps.filter(([who]) => who === name).map(([, text]) => text));
      }
    }),
  );
});
