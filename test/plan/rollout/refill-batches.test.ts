import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import type { KernelGroupId, PlannedHost } from '../../../src/model/plan.ts';
import { refillBatches } from '../../../src/plan/rollout/refill-batches.ts';

/** Each batch is its hosts' names, a letter for the kernel and a number. */
function close(batches: readonly string[], ...gone: readonly string[]): readonly string[] {
  const names = batches.map(batch => batch.split(' ') as HostName[]);
  const hosts = names.flat().map(
    (name): PlannedHost => ({
      name,
      groups: [],
      kernelGroup: name.slice(0, 1) as KernelGroupId,
      decision: { kind: 'run', as: 'login-user', scripts: [] },
    }),
  );
  return refillBatches({ batches: names, hosts }, new Set(gone as HostName[])).map(batch => batch.join(' '));
}

test.each<[what: string, batches: readonly string[], gone: readonly string[], closed: readonly string[]]>([
  ['nobody is gone', ['a1', 'a2 a3'], [], ['a1', 'a2 a3']],
  ['the next one is the canary', ['a1', 'a2 a3'], ['a1'], ['a2', 'a3']],
  ['the next one of its kernel', ['a1 b1', 'a2 b2', 'a3 b3'], ['b1'], ['a1 b2', 'a2 b3', 'a3']],
  ['where it was the only one, any', ['c1', 'a1 a2', 'a3'], ['c1'], ['a1', 'a2 a3']],
  ['all are gone', ['a1', 'a2'], ['a1', 'a2'], []],
])('%s', (_what, batches, gone, closed) => {
  expect(close(batches, ...gone)).toEqual(closed);
});
