import pLimit from 'p-limit';
import type { Host } from '../model/host.ts';
import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost, PlannedPlay } from '../model/plan.ts';
import { type RunContext, runHost } from './run-host.ts';
import { whyStop } from './why-stop.ts';

export interface PlayRun extends Omit<RunContext, 'strategy' | 'outputs'> {
  readonly plan: PlannedPlay;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Where each host takes uploads. */
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  /** How many hosts at once. */
  readonly forks: number;
  /** The hosts that an earlier play of the run has lost: they are left alone. */
  readonly failedBefore: ReadonlySet<HostName>;
}

/** Runs a planned play batch by batch, and says of every host of the plan how it came out. */
export async function runPlay(play: PlayRun): Promise<ReadonlyMap<HostName, HostOutcome>> {
  const { plan, events } = play;
  const outcomes = new Map<HostName, HostOutcome>();
  const finish = (host: HostName, outcome: HostOutcome): void => {
    outcomes.set(host, outcome);
    events.emit({ kind: 'host-finished', host, outcome });
  };
  for (const host of plan.hosts) {
    const outcome = leftOut(host);
    if (outcome !== undefined) finish(host.name, outcome);
  }

  const planned = new Map(plan.hosts.map(host => [host.name, host]));
  const limit = pLimit(play.forks);
  let stopped = plan.batches.length === 0 ? undefined : whyStop(plan, outcomes, []);
  if (stopped !== undefined) events.emit({ kind: 'rollout-stopped', reason: stopped });
  for (const [index, batch] of plan.batches.entries()) {
    if (stopped === undefined && play.stop.aborted) stopped = 'interrupted';
    if (stopped !== undefined) {
      for (const host of batch) finish(host, { kind: 'not-started', reason: stopped });
      continue;
    }
    events.emit({ kind: 'batch-started', batch: index + 1, of: plan.batches.length, hosts: batch });
    await Promise.all(batch.map(name => limit(async () => finish(name, await runPlanned(name, planned, play)))));
    if (index + 1 < plan.batches.length && !play.stop.aborted) {
      stopped = whyStop(plan, outcomes, batch);
      if (stopped !== undefined) events.emit({ kind: 'rollout-stopped', reason: stopped });
    }
  }
  return outcomes;
}

/** The outcome of a host for which the plan has nothing to run. */
export function leftOut({ decision }: PlannedHost): HostOutcome | undefined {
  switch (decision.kind) {
    case 'run':
      return undefined;
    case 'skip':
      return { ...decision, kind: 'skipped' };
    case 'unreachable':
      return { kind: 'unreachable', failure: decision.failure };
    case 'fail': {
      const [first, ...others] = decision.failures;
      if (others.length === 0) return { kind: 'failed', failure: first };
      // One outcome a host: the first failure leads, the others are named behind it.
      const cause = decision.failures.map(failure => failure.cause).join('; ');
      const cures = decision.failures.flatMap(failure => (failure.cure === undefined ? [] : [failure.cure]));
      return {
        kind: 'failed',
        failure: { ...first, cause, ...(cures.length === 0 ? {} : { cure: cures.join('; ') }) },
      };
    }
    default:
      return decision satisfies never;
  }
}

async function runPlanned(
  name: HostName,
  planned: ReadonlyMap<HostName, PlannedHost>,
  play: PlayRun,
): Promise<HostOutcome> {
  const plan = planned.get(name);
  const host = play.hosts.get(name);
  const kernel = play.plan.kernelGroups.find(group => group.id === plan?.kernelGroup);
  const uploadDirectory = play.uploadDirectories.get(name);
  if (plan?.decision.kind !== 'run' || host === undefined || kernel === undefined || uploadDirectory === undefined) {
    throw new Error(`the plan has nothing to run on ${name}`);
  }
  if (play.stop.aborted) return { kind: 'not-started', reason: 'interrupted' };
  if (play.failedBefore.has(name)) return { kind: 'not-started', reason: 'it failed in an earlier play' };
  const context = { ...play, strategy: play.plan.rollout.strategy, outputs: play.plan.outputs };
  return runHost({ host, decision: plan.decision, kernel, uploadDirectory }, context);
}
