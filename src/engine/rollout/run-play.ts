import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { type HostOutcome, outcomeByPlan } from '../../model/outcome.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import { refillBatches } from '../../plan/rollout/refill-batches.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { retryHost, type TryOptions } from '../fleet/retry-host.ts';
import { collectLoadOutput } from './collect-load-output.ts';
import { findObstacle } from './find-obstacle.ts';
import { followRollout, type RolloutState } from './follow-rollout.ts';
import type { HostRun, HostRunner, RunContext } from './host-runner.ts';

export interface PlayRun extends Omit<RunContext, 'strategy' | 'watch' | 'outputs'> {
  readonly plan: PlannedPlay;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Where each host takes uploads. */
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  readonly fleet: Fleet;
  readonly runHost: HostRunner;
  /** How many hosts at once. */
  readonly forks: number;
  /** The hosts that an earlier play of the run has lost: they are left alone. */
  readonly failedBefore: ReadonlySet<HostName>;
  /** Why nothing of this play is to begin, if the rollout of an earlier one was stopped. */
  readonly stoppedBefore?: string;
  /** Hosts that are still asked, and what comes of that; it rejects when `stop` fires. */
  readonly late?: Latecomers;
}

export interface Latecomers {
  readonly hosts: readonly HostName[];
  readonly joined: AsyncIterable<Joined>;
}

/** The play with the hosts that have answered late: all that it had before, and more. */
export type Joined = Pick<PlayRun, 'plan' | 'uploadDirectories' | 'builds'> & {
  /** Who is still asked. */
  readonly awaited: readonly HostName[];
};

export interface PlayResult {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Why not every host came to its turn, or the last ones only by chance: no further play is to begin. */
  readonly stopped?: string;
}

/** Runs a planned play batch by batch, and says of every host of the plan how it came out. */
export async function runPlay(play: PlayRun): Promise<PlayResult> {
  const plan = { ...play.plan, batches: refillBatches(play.plan, play.failedBefore) };
  const events = collectLoadOutput(play.events);
  const rollout = followRollout(plan, events, play.late === undefined ? 'all-here' : 'may-join');
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
    outputs: plan.outputs,
  };
  const trying: TryOptions = {
    ...play,
    events,
    retry: plan.rollout.retry,
    turns: pLimit(play.forks),
    signal: ending,
  };
  const late = play.late === undefined ? undefined : runLate(play, play.late, { rollout, context, trying });
  // Until it is waited for, who fails there is nobody's business.
  late?.catch(() => undefined);
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
  await late;
  const stopped = rollout.stopped();
  return { outcomes: rollout.outcomes, ...(stopped === undefined ? {} : { stopped }) };
}

/** Runs each host that answers late as soon as it has; who has not when the play is stopped is not begun. */
async function runLate(play: PlayRun, { hosts, joined }: Latecomers, turn: Omit<Turn, 'play'>): Promise<void> {
  const { rollout } = turn;
  const running: Promise<void>[] = [];
  const missing = new Set(hosts);
  let hasBegun = play.plan.batches.length > 0;
  try {
    for await (const { awaited, ...more } of joined) {
      const now: PlayRun = { ...play, ...more };
      // Those of an earlier wave may run still.
      const added = more.plan.hosts.filter(({ name }) => missing.delete(name));
      const planned = new Map(added.map(host => [host.name, host]));
      settle(now, added, rollout);
      rollout.extend(more.plan, awaited);
      const waiting = added.filter(({ name }) => !rollout.outcomes.has(name));
      if (!hasBegun && waiting.length > 0) {
        hasBegun = true;
        rollout.beginBatch(0);
        play.events.emit({ kind: 'batch-started', batch: 1, of: 1, hosts: waiting.map(({ name }) => name) });
      }
      const context: RunContext = { ...turn.context, builds: now.builds, outputs: now.plan.outputs };
      running.push(
        ...waiting.map(({ name }) => runInTurn(hostRunOf(name, planned, now), { ...turn, play: now, context })),
      );
    }
  } catch (error) {
    if (!play.stop.aborted) throw error;
    for (const name of missing) rollout.finish(name, { kind: 'not-started', reason: 'interrupted' });
  }
  await Promise.all(running);
}

/** What is known of hosts before any of them begins: it counts before the first batch. */
function settleBeforehand(play: PlayRun, rollout: RolloutState): void {
  const { plan, events, stoppedBefore } = play;
  const stopped = stoppedBefore ?? plan.rollout.stopped;
  if (stopped !== undefined) {
    rollout.stop(stopped);
    if (plan.batches.length > 0) events.emit({ kind: 'rollout-stopped', reason: stopped });
  }
  settle(play, plan.hosts, rollout);
  rollout.judge();
}

function settle({ plan, builds, failedBefore }: PlayRun, hosts: readonly PlannedHost[], rollout: RolloutState): void {
  for (const host of hosts) {
    const outcome = outcomeByPlan(host.decision);
    if (outcome !== undefined) rollout.finish(host.name, outcome);
  }
  for (const { name, decision } of hosts) {
    if (decision.kind !== 'run') continue;
    if (failedBefore.has(name)) {
      rollout.finish(name, { kind: 'not-started', reason: 'it failed in an earlier play' });
      continue;
    }
    // Nothing is loaded on a host for which not everything is there.
    const obstacle = rollout.stopped() === undefined ? findObstacle(decision.scripts, builds, plan.builds) : undefined;
    if (obstacle !== undefined) rollout.finish(name, obstacle);
  }
}

interface Turn {
  readonly play: PlayRun;
  readonly rollout: RolloutState;
  readonly context: RunContext;
  readonly trying: TryOptions;
}

const over = { kind: 'done', value: undefined } as const;

/** Runs a host when it is its turn, or not at all if the rollout has been stopped by then. */
function runInTurn(hostRun: HostRun, { play, rollout, context, trying }: Turn): Promise<void> {
  const { name } = hostRun.host;
  return retryHost<void>(name, trying, async mayTryAgain => {
    await rollout.clearance();
    const reason = whyNotNow(play, rollout);
    if (reason !== undefined) {
      rollout.finish(name, { kind: 'not-started', reason });
      return over;
    }
    rollout.begin(name);
    const { outcome, sent } = await play.runHost(hostRun, context);
    if (outcome.kind === 'unreachable' && sent === 'nothing' && mayTryAgain(outcome.failure)) {
      rollout.putBack(name);
      return { kind: 'again' };
    }
    rollout.finish(name, outcome);
    return over;
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
