import type { HostName } from '../../model/ids.ts';
import { joinScriptOutcomes } from '../../model/join-script-outcomes.ts';
import { type HostOutcome, outcomeByPlan } from '../../model/outcome.ts';
import type { PlannedHost } from '../../model/plan.ts';
import { hostsOfPlay } from './hosts-of-run.ts';
import type { PlayTally } from './play-tally.ts';
import type { RunTally } from './run-tally.ts';

/**
 * How each host of a play of a run came out, in the order of selection. Where no event says so, because a run was cut short or the
 * command ends before anything runs, it is what the plan decided, and for `build` whether the host's modules are there.
 * A host that was to run and has no outcome is absent.
 */
export function playOutcomes(play: PlayTally, { started }: Pick<RunTally, 'started'>): Map<HostName, HostOutcome> {
  const planned = new Map(play.plan?.hosts.map(host => [host.name, host]));
  const outcomes = new Map<HostName, HostOutcome>();
  for (const host of hostsOfPlay(play)) {
    const plan = planned.get(host);
    const outcome =
      play.outcomes.get(host) ??
      (plan === undefined ? undefined : outcomeByPlan(plan.decision)) ??
      (started?.command === 'build' ? built(play, plan) : undefined) ??
      probed(play, host);
    if (outcome !== undefined) outcomes.set(host, outcome);
  }
  return outcomes;
}

function built(play: PlayTally, host: PlannedHost | undefined): HostOutcome | undefined {
  if (host?.decision.kind !== 'run') return undefined;
  const { scripts } = host.decision;
  const results = scripts.map(({ module, build }) => ({ module, result: play.builds.get(build)?.result }));
  const failed = results.flatMap(({ module, result }) =>
    result?.kind === 'failed' ? [{ kind: 'failed' as const, module, failure: result.failure }] : [],
  );
  if (failed.length > 0) return joinScriptOutcomes(failed, scripts.length);
  return results.some(({ result }) => result === undefined) ? undefined : { kind: 'ok' };
}

function probed(play: PlayTally, host: HostName): HostOutcome | undefined {
  const result = play.probes.get(host)?.result;
  return result === undefined || result.kind === 'ok' ? undefined : result;
}
