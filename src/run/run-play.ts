import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Host } from '../model/host.ts';
import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost, PlannedPlay } from '../model/plan.ts';
import { closeRanks } from '../plan/close-ranks.ts';
import { leftOut } from '../plan/left-out.ts';
import { followRollout, type RolloutState } from './follow-rollout.ts';
import { keepLoadLog } from './load-log.ts';
import { findObstacle, type HostRun, type RunContext, runHost } from './run-host.ts';
import { type TryOptions, tryAgain, tryHost } from './try-host.ts';

export interface PlayRun extends Omit<RunContext, 'strategy' | 'watch'> {
  readonly plan: PlannedPlay;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Where each host takes uploads. */
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  /** How many hosts at once. */
  readonly forks: number;
  /** The hosts that an earlier play of the run has lost: they are left alone. */
  readonly failedBefore: ReadonlySet<HostName>;
  /** Why nothing of this play is to begin, if the rollout of an earlier one was stopped. */
  readonly stoppedBefore?: string;
}

export interface PlayResult {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Why not every host came to its turn, or the last ones only by chance: no further play is to begin. */
  readonly stopped?: string;
}

/** Runs a planned play batch by batch, and says of every host of the plan how it came out. */
export async function runPlay(play: PlayRun): Promise<PlayResult> {
  const plan = { ...play.plan, batches: closeRanks(play.plan, play.failedBefore) };
  const events = keepLoadLog(play.events);
  const rollout = followRollout(plan, events);
  settleBeforehand(play, rollout);

  const stop = AbortSignal.any([play.stop, rollout.halt]);
  const ending = AbortSignal.any([play.stop, rollout.closed]);
  // Each host listens to them.
  setMaxListeners(0, stop, ending);
  const context: RunContext = {
    ...play,
    events,
    stop,
    strategy: plan.rollout.strategy,
    watch: plan.watch ?? {},
  };
  const trying: TryOptions = {
    ...play,
    events,
    retry: plan.rollout.retry,
    turns: pLimit(play.forks),
    signal: ending,
  };
  const planned = new Map(plan.hosts.map(host => [host.name, host]));
  for (const [index, batch] of plan.batches.entries()) {
    rollout.beginBatch(index);
    const waiting = batch.filter(name => !rollout.outcomes.has(name));
    if (waiting.length > 0 && whyNotNow(play, rollout) === undefined) {
      play.events.emit({ kind: 'batch-started', batch: index + 1, of: plan.batches.length, hosts: batch });
    }
    await Promise.all(
      waiting.map(name => runInTurn(hostRunOf(name, planned, play), { play, rollout, context, trying })),
    );
  }
  const stopped = rollout.stopped();
  return { outcomes: rollout.outcomes, ...(stopped === undefined ? {} : { stopped }) };
}

/** What is known of hosts before any of them begins: it counts before the first batch. */
function settleBeforehand({ plan, builds, events, failedBefore, stoppedBefore }: PlayRun, rollout: RolloutState): void {
  const stopped = stoppedBefore ?? plan.rollout.stopped;
  if (stopped !== undefined) {
    rollout.stop(stopped);
    if (plan.batches.length > 0) events.emit({ kind: 'rollout-stopped', reason: stopped });
  }
  for (const host of plan.hosts) {
    const outcome = leftOut(host);
    if (outcome !== undefined) rollout.finish(host.name, outcome);
  }
  for (const { name, decision } of plan.hosts) {
    if (decision.kind !== 'run') continue;
    if (failedBefore.has(name)) {
      rollout.finish(name, { kind: 'not-started', reason: 'it failed in an earlier play' });
      continue;
    }
    // Nothing is loaded on a host for which not everything is there.
    const obstacle = stopped === undefined ? findObstacle(decision.scripts, builds) : undefined;
    if (obstacle !== undefined) rollout.finish(name, obstacle);
  }
  rollout.judge();
}

interface Turn {
  readonly play: PlayRun;
  readonly rollout: RolloutState;
  readonly context: RunContext;
  readonly trying: TryOptions;
}

/** Runs a host when it is its turn, or not at all if the rollout has been stopped by then. */
function runInTurn(hostRun: HostRun, { play, rollout, context, trying }: Turn): Promise<void> {
  const { name } = hostRun.host;
  return tryHost<void>(name, trying, async mayTryAgain => {
    await rollout.clearance();
    const reason = whyNotNow(play, rollout);
    if (reason !== undefined) return rollout.finish(name, { kind: 'not-started', reason });
    rollout.begin(name);
    const { outcome, sent } = await runHost(hostRun, context);
    if (outcome.kind === 'unreachable' && sent === 'nothing' && mayTryAgain(outcome.failure)) {
      rollout.putBack(name);
      return tryAgain;
    }
    return rollout.finish(name, outcome);
  });
}

function whyNotNow({ stop }: PlayRun, rollout: RolloutState): string | undefined {
  return rollout.stopped() ?? (stop.aborted ? 'interrupted' : undefined);
}

function hostRunOf(name: HostName, planned: ReadonlyMap<HostName, PlannedHost>, play: PlayRun): HostRun {
  const plan = planned.get(name);
  const host = play.hosts.get(name);
  const kernel = play.plan.kernelGroups.find(group => group.id === plan?.kernelGroup);
  const uploadDirectory = play.uploadDirectories.get(name);
  if (plan?.decision.kind !== 'run' || host === undefined || kernel === undefined || uploadDirectory === undefined) {
    throw new Error(`the plan has nothing to run on ${name}`);
  }
  return { host, decision: plan.decision, kernel, uploadDirectory };
}
