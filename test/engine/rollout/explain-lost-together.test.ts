import { expect, test } from 'vitest';
import { explainLostTogether, type LostScript } from '../../../src/engine/rollout/explain-lost-together.ts';
import type { SupervisedRun } from '../../../src/engine/supervisor/supervision.ts';
import type { ModuleName } from '../../../src/model/ids.ts';

function lost(module: string, run: Partial<SupervisedRun> = {}): LostScript {
  return {
    module: module as ModuleName,
    run: {
      end: { kind: 'lost', cause: 'no answer for 45 s' },
      seconds: 0,
      left: { module: 'unknown', directory: 'unknown' },
      notes: [],
      unchecked: [],
      remains: {},
      sinceLoad: { lastHeard: 2, known: 47.2 },
      ...run,
    },
  };
}

test('one thing that has happened to the host, with the seconds since the first load', () => {
  const scripts = [lost('a'), lost('b', { sinceLoad: { lastHeard: 1, known: 46.1 } }), lost('c')];
  expect(explainLostTogether(scripts, undefined, 60)).toEqual({
    stage: 'stream',
    cause:
      'the connection was lost 47 s after the first load (no answer for 45 s): 3 scripts together may have been too much for the host',
    cure: "run fewer of them together, or strategy: in_order; what was loaded, its own supervisors unload within 60 s; look with: grep -wE 'a|b|c' /proc/modules",
  });
});

test('before anything was loaded nothing is blamed on the scripts, and nothing is left', () => {
  const { sinceLoad: _, ...run } = lost('a', { left: { module: 'none', directory: 'unknown' } }).run;
  const scripts = ['a', 'b'].map(name => ({ module: name as ModuleName, run }));
  expect(explainLostTogether(scripts, undefined, 60)).toEqual({
    stage: 'stream',
    cause: 'the connection was lost while 2 scripts were sent there together (no answer for 45 s)',
    cure: 'run fewer of them together, or strategy: in_order; nothing was left behind',
  });
});

test.each([
  ['silent', 'and does not answer'],
  ['booted', 'and has booted anew'],
] as const)('a host that has vanished: %s', (state, then) => {
  const { stage, cause } = explainLostTogether([lost('a'), lost('b')], { seconds: 12, state }, 60);
  expect([stage, cause]).toEqual([
    'load',
    `it vanished 12 s after 2 scripts were loaded together ${then}: perhaps its kernel panicked, or together they were too much for it`,
  ]);
});
