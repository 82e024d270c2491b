import { expect, test } from 'vitest';
import { areHostsIndependent } from '../../../src/plan/rollout/are-hosts-independent.ts';
import type { Play, Script } from '../../../src/playbook/playbook.ts';

const plain = { serial: [], maxFailPercentage: 100, anyErrorsFatal: false } as unknown as Play;
const script = { name: 'io' } as unknown as Script;

test.each<[string, Partial<Play>, boolean]>([
  ['nothing said', {}, true],
  ['one batch', { serial: [{ kind: 'percent', percent: 100 }] }, true],
  [
    'a canary of one',
    {
      serial: [
        { kind: 'hosts', count: 1 },
        { kind: 'percent', percent: 100 },
      ],
    },
    false,
  ],
  ['halves', { serial: [{ kind: 'percent', percent: 50 }] }, false],
  ['a canary of each kernel', { canary: 'per-kernel' }, false],
  ['failures that are counted', { maxFailPercentage: 99 }, false],
  ['errors that are fatal', { anyErrorsFatal: true }, false],
])('%s', (_what, rules, expected) => {
  expect(areHostsIndependent({ ...plain, ...rules }, [script])).toBe(expected);
});

test('a script that runs on the first host only', () => {
  expect(areHostsIndependent(plain, [script, { ...script, runOnce: true }])).toBe(false);
});
