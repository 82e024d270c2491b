import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import type { BoundScript, PlannablePlay } from '../../playbook/playbook.ts';
import { vanishedSize } from '../rollout/count-vanished.ts';
import type { PlayBasis } from './saved-plan.ts';

/** Restores a play from a saved plan, as far as checking its hosts and replanning some of them needs it. */
export function playOfSavedPlan(planned: PlannedPlay, basis: PlayBasis): PlannablePlay {
  const { name, pattern, rollout, buildLimits } = planned;
  return {
    name,
    hosts: { value: pattern },
    kernels: basis.kernels.map(({ builders: _, ...rule }) => rule),
    buildLimits,
    ...optional('sign', basis.sign),
    // The batches are taken from the plan.
    serial: [],
    maxFailPercentage: rollout.maxFailPercentage,
    anyErrorsFatal: rollout.anyErrorsFatal,
    ...(rollout.stopAtVanished === undefined ? {} : { stopAtVanished: vanishedSize(rollout.stopAtVanished) }),
    strategy: rollout.strategy,
    ...optional('onScriptFailure', rollout.onScriptFailure),
    onDrift: basis.onDrift,
    ...optional('staleProcesses', planned.staleProcesses),
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

/** The build hosts of each entry of `kernels` that names its own. */
export function kernelBuildersOf({ kernels }: PlayBasis): ReadonlyMap<number, readonly HostName[]> {
  return new Map(
    kernels.flatMap(({ builders }, index) => (builders === undefined ? [] : [[index, builders] as const])),
  );
}

/** A host's scripts with their values from the plan. */
export function scriptsOfSavedHost(
  { decision }: PlannedHost,
  planned: PlannedPlay,
  play: PlannablePlay,
): readonly BoundScript[] {
  if (decision.kind !== 'run') return [];
  return decision.scripts.map(({ module, build: id, globals, targetProcess, outputFile }) => {
    const script = play.scripts.find(({ name }) => name === module);
    const build = planned.builds.find(other => other.id === id);
    if (script === undefined || build === undefined) throw new Error(`the plan has no script or build for ${id}`);
    return {
      script,
      args: build.args,
      globals,
      ...optional('targetProcess', targetProcess),
      ...optional('outputFile', outputFile),
    };
  });
}
