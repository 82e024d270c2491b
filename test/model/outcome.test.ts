import { describe, expect, test } from 'vitest';
import { type Failure, joinFailures, type LeftOut, outcomeByPlan } from '../../src/model/outcome.ts';

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
