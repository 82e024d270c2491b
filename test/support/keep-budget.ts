import { createKeepBudget, type KeepBudget, type ScriptBudget } from '../../src/engine/supervisor/keep-budget.ts';
import { usualKeep } from '../../src/model/keep-limits.ts';
import type { PlannedScript } from '../../src/model/plan.ts';
import { host, release, runs } from './sample-run.ts';

/** As much of a run is kept as usually. */
export function usualBudget(): KeepBudget {
  return createKeepBudget(usualKeep, () => undefined);
}

/** Of a script that says nothing about it. */
export function usualScriptBudget(): ScriptBudget {
  return usualBudget().openScript(sampleScript(), undefined);
}

export function sampleScript(): PlannedScript {
  const { decision } = runs(host('db1'), release);
  const [script] = decision.kind === 'run' ? decision.scripts : [];
  if (script === undefined) throw new Error('the sample runs nothing');
  return script;
}
