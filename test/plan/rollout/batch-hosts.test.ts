import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { batchHosts } from '../../../src/plan/rollout/batch-hosts.ts';
import type { BatchSize } from '../../../src/playbook/playbook.ts';

const hosts = (count: number): readonly HostName[] =>
  Array.from({ length: count }, (_, index) => `h${index}` as HostName);
const of = (count: number): BatchSize => ({ kind: 'hosts', count });
const percent = (part: number): BatchSize => ({ kind: 'percent', percent: part });

test.each<[what: string, count: number, serial: readonly BatchSize[], sizes: readonly number[]]>([
  ['nothing said: all at once', 5, [], [5]],
  ['one size again and again', 7, [of(3)], [3, 3, 1]],
  ['canary, a tenth, all', 50, [of(1), percent(10), percent(100)], [1, 5, 44]],
  ['the last size again', 10, [of(1), of(2)], [1, 2, 2, 2, 2, 1]],
  ['a share is rounded down', 19, [percent(10), percent(50)], [1, 9, 9]],
  ['a share of less than one host is one host', 3, [percent(1)], [1, 1, 1]],
  ['more than there are', 2, [of(10)], [2]],
  ['no host: no batch', 0, [of(1)], []],
])('%s', (_what, count, serial, sizes) => {
  expect(batchHosts(hosts(count), serial).map(batch => batch.length)).toEqual(sizes);
});

test('each host is in one batch, in its order, and no batch is empty', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 20 }).map(of), fc.integer({ min: 1, max: 100 }).map(percent));
  fc.assert(
    fc.property(fc.nat(60), fc.array(size, { maxLength: 4 }), (count, serial) => {
      const batches = batchHosts(hosts(count), serial);
      expect(batches.flat()).toEqual(hosts(count));
      expect(batches.every(batch => batch.length > 0)).toBe(true);
    }),
  );
});
