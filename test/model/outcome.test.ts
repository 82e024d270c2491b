import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostName, ModuleName } from '../../src/model/ids.ts';
import { joinScriptOutcomes } from '../../src/model/join-script-outcomes.ts';
import {
  compareSeverity,
  countHosts,
  countWhere,
  type Failure,
  failsByPlan,
  type HostOutcome,
  hasFailedThere,
  hasRun,
  isFailure,
  isUneventful,
  joinFailures,
  kindsFromWorst,
  type LeftOut,
  outcomeByPlan,
} from '../../src/model/outcome.ts';

const noTree: Failure = { stage: 'plan', cause: 'no kernel tree', cure: 'install linux-headers' };
const noStaprun: Failure = { stage: 'plan', cause: 'no staprun', cure: 'install systemtap-runtime' };
const gone: Failure = { stage: 'connect', cause: 'no route' };

describe('the outcome of a host by its plan', () => {
  test.each<[decision: { readonly kind: 'run' } | LeftOut, outcome: ReturnType<typeof outcomeByPlan>]>([
    [{ kind: 'run' }, undefined],
    [
      { kind: 'skip', reason: 'its kernel matches none' },
      { kind: 'skipped', reason: 'its kernel matches none' },
    ],
    [
      { kind: 'skip', reason: 'it drifted', cure: 'make the plan anew' },
      { kind: 'skipped', reason: 'it drifted', cure: 'make the plan anew' },
    ],
    [
      { kind: 'unreachable', failure: gone },
      { kind: 'unreachable', failure: gone },
    ],
    [
      { kind: 'fail', failures: [noTree] },
      { kind: 'failed', failure: noTree },
    ],
    [
      { kind: 'fail', failures: [noTree, noStaprun] },
      {
        kind: 'failed',
        failure: {
          stage: 'plan',
          cause: 'no kernel tree; no staprun',
          cure: 'install linux-headers; install systemtap-runtime',
        },
      },
    ],
  ])('%j', (decision, outcome) => {
    expect(outcomeByPlan(decision)).toStrictEqual(outcome);
  });
});

describe('several failures as one', () => {
  test('what is the same is said once, and what is another stage is said to be one', () => {
    const lost: Failure = { stage: 'stream', cause: 'lost', cure: 'look at the network', detail: 'EOF\n' };
    const failures = [noTree, { ...noTree, detail: 'no /lib/modules' }, gone, lost] as const;
    expect(joinFailures(failures)).toStrictEqual({
      stage: 'plan',
      cause: 'no kernel tree; at connect: no route; at stream: lost',
      cure: 'install linux-headers; look at the network',
      detail: 'no /lib/modules\nEOF\n',
    });
  });

  test('one stays as it is', () => {
    expect(joinFailures([gone])).toStrictEqual(gone);
  });
});

const ok: HostOutcome = { kind: 'ok' };
const failed: HostOutcome = { kind: 'failed', failure: noTree };
const lost: HostOutcome = { kind: 'unreachable', failure: gone };
const left = (module: string): HostOutcome => ({
  kind: 'left-behind',
  module: module as never,
  failure: { stage: 'cleanup', cause: `module ${module} is still loaded`, cure: `staprun -d ${module}` },
});
const one: Readonly<Record<HostOutcome['kind'], HostOutcome>> = {
  ok,
  failed,
  unreachable: lost,
  'left-behind': left('io'),
  interrupted: { kind: 'interrupted' },
  'not-started': { kind: 'not-started', reason: 'stopped' },
  degraded: { kind: 'degraded', notes: ['2 probes were skipped'] },
  skipped: { kind: 'skipped', reason: 'its kernel matches none' },
};

describe('how bad an outcome is', () => {
  test('one order, the worst first', () => {
    expect(kindsFromWorst).toEqual([
      'left-behind',
      'unreachable',
      'failed',
      'interrupted',
      'not-started',
      'degraded',
      'ok',
      'skipped',
    ]);
  });

  test('what a host comes to, how it is counted and how it is sorted is never of two minds', () => {
    const kinds = fc.array(fc.constantFrom(...kindsFromWorst), { minLength: 1 });
    fc.assert(
      fc.property(kinds, list => {
        const outcomes = list.map(kind => one[kind]);
        const ends = outcomes.map((outcome, index) => ({ ...outcome, module: `m${index}` as ModuleName }));
        const { kind } = joinScriptOutcomes(ends, ends.length);
        expect(kindsFromWorst.find(worst => list.includes(worst))).toBe(kind);
        expect(outcomes.toSorted(compareSeverity)[0]?.kind).toBe(kind);
        const plays = outcomes.map(outcome => new Map([['db1' as HostName, outcome]]));
        expect(countHosts(plays)).toEqual({ ...countHosts([]), [kind]: 1 });
      }),
    );
  });

  test('a host that is skipped by one play and runs in another has run', () => {
    const [db1, db2] = ['db1', 'db2'] as HostName[] as [HostName, HostName];
    const counts = countHosts([
      new Map([
        [db1, one.skipped],
        [db2, one.skipped],
      ]),
      new Map([[db1, ok]]),
    ]);
    expect(counts).toEqual({ ...countHosts([]), ok: 1, skipped: 1 });
  });
});

describe('what is asked of an outcome', () => {
  test.each([
    [isFailure, ['left-behind', 'unreachable', 'failed']],
    [hasFailedThere, ['left-behind', 'failed']],
    [hasRun, ['degraded', 'ok']],
    [isUneventful, ['ok', 'skipped']],
  ])('%o', (is, kinds) => {
    expect(kindsFromWorst.filter(kind => is(one[kind]))).toEqual(kinds);
  });

  test('whatever failed is worse than whatever did not', () => {
    const sorted = Object.values(one).toSorted(compareSeverity).map(isFailure);
    expect(sorted).toEqual([true, true, true, false, false, false, false, false]);
  });

  test('hosts are counted by it, of old runs that do not know every kind too', () => {
    expect(countWhere({ failed: 2, 'left-behind': 1, unreachable: 4, ok: 8 }, hasFailedThere)).toBe(3);
    expect(countWhere({ ok: 8 }, isFailure)).toBe(0);
  });

  test.each<[decision: { readonly kind: 'run' } | LeftOut, fails: boolean]>([
    [{ kind: 'run' }, false],
    [{ kind: 'skip', reason: 'x' }, false],
    [{ kind: 'fail', failures: [noTree] }, true],
    [{ kind: 'unreachable', failure: gone }, true],
  ])('by the plan alone: %j', (decision, fails) => {
    expect(failsByPlan(decision)).toBe(fails);
  });
});
