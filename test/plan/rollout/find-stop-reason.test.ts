import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { type HostOutcome, isFailure } from '../../../src/model/outcome.ts';
import type { PlannedHost, Rollout } from '../../../src/model/plan.ts';
import { countAllowed, findStopReason } from '../../../src/plan/rollout/find-stop-reason.ts';

const failure = { stage: 'load', cause: 'no' } as const;
const outcomesByLetter: Readonly<Record<string, HostOutcome>> = {
  o: { kind: 'ok' },
  f: { kind: 'failed', failure },
  u: { kind: 'unreachable', failure },
  l: { kind: 'left-behind', failure },
  d: { kind: 'degraded', notes: [] },
};

/** Each letter is a host: s skipped by the plan, - not yet run, else its outcome. The batches are given by their numbers. */
function stop(letters: string, rollout: Partial<Rollout>, ...batches: readonly string[]): string | undefined {
  const names = [...letters].map((_, index) => `h${index}` as HostName);
  const hosts = [...letters].map(
    (letter, index): PlannedHost => ({
      name: names[index] as HostName,
      groups: [],
      decision: letter === 's' ? { kind: 'skip', reason: 'x' } : { kind: 'run', as: 'login-user', scripts: [] },
    }),
  );
  const failed = new Set(
    names.filter((_, index) => {
      const outcome = outcomesByLetter[letters[index] ?? ''];
      return outcome !== undefined && isFailure(outcome);
    }),
  );
  const most = rollout.maxFailPercentage ?? 100;
  return findStopReason(
    {
      batches: batches.map(batch => [...batch].map(digit => `h${digit}` as HostName)),
      rollout: { anyErrorsFatal: false, ...rollout, maxFailPercentage: most, ...countAllowed(hosts, most) },
    },
    failed,
  );
}

test.each<[what: string, letters: string, rollout: Partial<Rollout>, batches: readonly string[], reason?: string]>([
  ['all well', 'oo--', {}, ['01']],
  ['degraded is no failure', 'dd--', { maxFailPercentage: 0 }, ['01']],
  ['one of four, a quarter is allowed: it has to be exceeded', 'of--', { maxFailPercentage: 25 }, ['01']],
  [
    'one of four, a fifth is allowed',
    'of--',
    { maxFailPercentage: 20 },
    ['01'],
    '1 of 4 hosts failed (25 %), max_fail_percentage is 20',
  ],
  ['none is allowed', 'of--', { maxFailPercentage: 0 }, ['01'], '1 of 4 hosts failed (25 %), max_fail_percentage is 0'],
  [
    'unreachable and left behind count too',
    'oul-',
    { maxFailPercentage: 49 },
    ['012'],
    '2 of 4 hosts failed (50 %), max_fail_percentage is 49',
  ],
  [
    'skipped hosts are not counted',
    'fss-',
    { maxFailPercentage: 49 },
    ['0'],
    '1 of 2 hosts failed (50 %), max_fail_percentage is 49',
  ],
  ['any error is fatal', 'of--', { anyErrorsFatal: true }, ['01'], 'any_errors_fatal: h1 failed'],
  ['a host that cannot be reached too', 'ou--', { anyErrorsFatal: true }, ['01'], 'any_errors_fatal: h1 failed'],
  ['a whole batch that fails, as a canary', 'f---', {}, ['0'], 'every host of the batch failed'],
  ['one of a batch fails', 'fo--', {}, ['01']],
  ['a batch that has not come into question yet', '--f-', {}, ['01']],
  ['one of several canaries fails', 'of--', { canary: 'per-kernel' }, ['01'], 'the canary h1 failed'],
  ['one of those behind the canaries fails', 'oof-', { canary: 'per-kernel' }, ['01', '23']],
  ['every host, though none was to run', 'ff', {}, [], 'every host failed'],
  ['nobody is left that could fail', 'ss', {}, []],
])('%s', (_name, letters, rollout, batches, reason) => {
  expect(stop(letters, rollout, ...batches)).toBe(reason);
});

test.each([
  [40, 5, 2],
  [40, 0, 0],
  [3, 33, 0],
  [3, 34, 1],
  [100, 29, 29],
  [1000, 0.3, 3],
  [7, 100, 7],
  [0, 50, 0],
])('of %i hosts, %f %%: %i may fail', (count, percent, allowed) => {
  const hosts = Array.from({ length: count }, (_, index): PlannedHost => {
    const failures = [{ stage: 'plan', cause: 'no' }] as const;
    return { name: `h${index}` as HostName, groups: [], decision: { kind: 'fail', failures } };
  });
  expect(countAllowed(hosts, percent)).toEqual({ counted: count, failuresAllowed: allowed });
});
