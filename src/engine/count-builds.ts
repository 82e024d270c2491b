import type { RunFinished } from '../model/event.ts';
import type { PlannedPlay } from '../model/plan.ts';
import type { Builds } from '../module/build/run-builds.ts';

/** Counts the builds of a run. Failed builds of hosts that joined late count too, though no plan here lists them. */
export function countBuilds(plans: readonly PlannedPlay[], builds: readonly Builds[]): RunFinished['builds'] {
  const planned = plans.flatMap(plan => plan.builds);
  const results = new Map(builds.flatMap(one => [...one]));
  const done = planned.filter(build => results.get(build.id)?.ok);
  return {
    built: done.filter(build => build.artifact.state !== 'cached').length,
    cached: done.filter(build => build.artifact.state === 'cached').length,
    failed: [...results.values()].filter(result => !result.ok).length,
  };
}
