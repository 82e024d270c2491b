import { expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { PlannedHost, Rollout } from '../../src/model/plan.ts';
import { whyStop } from '../../src/run/why-stop.ts';

const failure = { stage: 'load', cause: 'no' } as const;
const outcomesByLetter: Readonly<Record<string, HostOutcome>> = {
  o: { kind: 'ok' },
  f: { kind: 'failed', failure },
  u: { kind: 'unreachable', failure },
  l: { kind: 'left-behind', failure },
  d: { kind: 'degraded', notes: [] },
};

/** Each letter is a host: s skipped by the plan, - not yet run, else its outcome. The batch is given by their numbers. */
function stop(letters: string, rollout: Partial<Rollout>, batch: string): string | undefined {
  const names = [...letters].map((_, index) => `h${index}` as HostName);
  const hosts = [...letters].map(
    (letter, index): PlannedHost => ({
      name: names[index] as HostName,
      groups: [],
      decision: letter === 's' ? { kind: 'skip', reason: 'x' } : { kind: 'run', as: 'login-user', scripts: [] },
    }),
  );
  const outcomes = new Map<HostName, HostOutcome>();
  for (const [index, letter] of [...letters].entries()) {
    const outcome = outcomesByLetter[letter];
    if (outcome !== undefined) outcomes.set(names[index] as HostName, outcome);
  }
  const all: Rollout = { strategy: 'in-order', maxFailPercentage: 100, anyErrorsFatal: false, ...rollout };
  return whyStop(
    { hosts, rollout: all },
    outcomes,
    [...batch].map(digit => `h${digit}` as HostName),
  );
}

test.each([
  ['all well', 'oo--', {}, '01', undefined],
  ['degraded is no failure', 'dd--', { maxFailPercentage: 0 }, '01', undefined],
  ['one of four, a quarter is allowed', 'of--', { maxFailPercentage: 25 }, '01', undefined],
  [
    'one of four, a fifth is allowed',
    'of--',
    { maxFailPercentage: 20 },
    '01',
    '1 of 4 hosts failed (25 %), max_fail_percentage is 20',
  ],
  [
    'unreachable and left behind count too',
    'oul-',
    { maxFailPercentage: 49 },
    '012',
    '2 of 4 hosts failed (50 %), max_fail_percentage is 49',
  ],
  [
    'skipped hosts are not counted',
    'fss-',
    { maxFailPercentage: 49 },
    '0',
    '1 of 2 hosts failed (50 %), max_fail_percentage is 49',
  ],
  ['any error is fatal', 'of--', { anyErrorsFatal: true }, '01', 'any_errors_fatal: h1 failed'],
  ['a whole batch that fails, as a canary', 'f---', {}, '0', 'every host of the batch failed'],
] as const)('%s', (_name, letters, rollout, batch, reason) => {
  expect(stop(letters, rollout, batch)).toBe(reason);
});
