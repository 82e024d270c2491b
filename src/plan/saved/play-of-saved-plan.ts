import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import type { BoundScript, PlannablePlay } from '../../playbook/playbook.ts';
import type { PlayBasis } from './saved-plan.ts';

/** A play out of a saved plan: as much of it as is needed to check its hosts and to plan some of them anew. */
export function playOfSavedPlan(planned: PlannedPlay, basis: PlayBasis): PlannablePlay {
  const { name, pattern, rollout, buildLimits } = planned;
  return {
    name,
    hosts: { value: pattern },
    kernels: basis.kernels.map(({ builders: _, ...rule }) => rule),
    buildLimits,
    ...optional('sign', basis.sign),
    // Its batches are in the plan.
    serial: [],
    maxFailPercentage: rollout.maxFailPercentage,
    anyErrorsFatal: rollout.anyErrorsFatal,
    strategy: rollout.strategy,
    onDrift: basis.onDrift,
    ...optional('canary', rollout.canary),
    ...optional('retry', rollout.retry),
    stopAt: {
      ...optional('loadPerCpu', planned.watch?.stopAtLoadPerCpu),
      ...optional('freeMemoryBytes', planned.watch?.stopAtFreeMemoryBytes),
    },
    preconditions: {
      ...basis.preconditions,
      commands: basis.preconditions.commands.map(value => ({ value })),
    },
    scripts: basis.scripts.map(({ sha256: _, ...script }) => script),
  };
}

/** The build hosts of each entry of `kernels` that has its own. */
export function kernelBuildersOf({ kernels }: PlayBasis): ReadonlyMap<number, readonly HostName[]> {
  return new Map(
    kernels.flatMap(({ builders }, index) => (builders === undefined ? [] : [[index, builders] as const])),
  );
}

/** The scripts of a host with the values that the plan has for it. */
export function scriptsOfSavedHost(
  { decision }: PlannedHost,
  planned: PlannedPlay,
  play: PlannablePlay,
): readonly BoundScript[] {
  if (decision.kind !== 'run') return [];
  return decision.scripts.map(({ module, build: id, globals, outputFile }) => {
    const script = play.scripts.find(({ name }) => name === module);
    const build = planned.builds.find(other => other.id === id);
    if (script === undefined || build === undefined) throw new Error(`the plan has no script or build for ${id}`);
    return {
      script,
      args: build.args,
      globals,
      ...optional('outputFile', outputFile),
    };
  });
}
