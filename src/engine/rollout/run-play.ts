import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { type HostOutcome, outcomeByPlan } from '../../model/outcome.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import { refillBatches } from '../../plan/rollout/refill-batches.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type RetryOptions, retryHost } from '../fleet/retry-host.ts';
import { findObstacle } from './find-obstacle.ts';
import { followRollout, type RolloutState } from './follow-rollout.ts';
import type { HostRun, HostRunner, RunContext } from './host-runner.ts';
import { trackLoads } from './track-loads.ts';

export interface PlayRun extends Omit<RunContext, 'strategy' | 'watch' | 'outputs'> {
  readonly plan: PlannedPlay;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Where each host takes uploads. */
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  readonly fleet: Fleet;
  readonly runHost: HostRunner;
  /** How many hosts at once. */
  readonly forks: number;
  /** Hosts that failed in an earlier play of the run: they are left alone. */
  readonly failedBefore: ReadonlySet<HostName>;
  /** Why nothing of this play may begin, if an earlier play was stopped. */
  readonly stoppedBefore?: string;
  /** Hosts that are still being probed; `joined` rejects when `stop` fires. */
  readonly late?: Latecomers;
}

export interface Latecomers {
  readonly hosts: readonly HostName[];
  readonly joined: AsyncIterable<Joined>;
}

/** The whole play, with the hosts that have answered since. */
export type Joined = Pick<PlayRun, 'plan' | 'uploadDirectories' | 'builds'> & {
  /** Hosts that are still being probed. */
  readonly awaited: readonly HostName[];
};

export interface PlayResult {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Why the rollout was stopped; set even if every host had begun by then. No further play may begin. */
  readonly stopped?: string;
}

/** Runs a planned play batch by batch; resolves to the outcome of every host of the plan. */
export async function runPlay(play: PlayRun): Promise<PlayResult> {
  const plan = { ...play.plan, batches: refillBatches(play.plan, play.failedBefore) };
  const events = trackLoads(play.events);
  const rollout = followRollout(plan, events, play.late === undefined ? 'all-here' : 'may-join');
  settleBeforehand(play, rollout);

  const stop = AbortSignal.any([play.stop, rollout.halt]);
  const ending = AbortSignal.any([play.stop, rollout.closed]);
  // Each host adds a listener.
  setMaxListeners(0, stop, ending);
  const context: RunContext = {
    ...play,
    events,
    stop,
    strategy: plan.rollout.strategy,
    watch: plan.watch ?? {},
    outputs: plan.outputs,
  };
  const retrying: RetryOptions = {
    ...play,
    events,
    retry: plan.rollout.retry,
    turns: pLimit(play.forks),
    signal: ending,
  };
  const late = play.late === undefined ? undefined : runLate(play, play.late, { rollout, context, retrying });
  // It is awaited below: until then a rejection must not count as unhandled.
  late?.catch(() => undefined);
  const planned = new Map(plan.hosts.map(host => [host.name, host]));
  for (const [index, batch] of plan.batches.entries()) {
    rollout.beginBatch(index);
    const waiting = batch.filter(name => !rollout.outcomes.has(name));
    if (waiting.length > 0 && whyNotNow(play, rollout) === undefined) {
      play.events.emit({ kind: 'batch-started', batch: index + 1, of: plan.batches.length, hosts: batch });
    }
    await Promise.all(
      waiting.map(name => runInTurn(hostRunOf(name, planned, play), { play, rollout, context, retrying })),
    );
  }
  await late;
  const stopped = rollout.stopped();
  return { outcomes: rollout.outcomes, ...(stopped === undefined ? {} : { stopped }) };
}

/** Runs each late host as soon as it has answered; when the play is stopped, those that have not are not begun. */
async function runLate(play: PlayRun, { hosts, joined }: Latecomers, turn: Omit<Turn, 'play'>): Promise<void> {
  const { rollout } = turn;
  const running: Promise<void>[] = [];
  const missing = new Set(hosts);
  let hasBegun = play.plan.batches.length > 0;
  try {
    for await (const { awaited, ...more } of joined) {
      const now: PlayRun = { ...play, ...more };
      // Hosts of an earlier wave may still be running.
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

/** Records outcomes that are known before any host begins: they count for the stop rules of the first batch. */
function settleBeforehand(play: PlayRun, rollout: RolloutState): void {
  const { plan, events, stoppedBefore } = play;
  const stopped = stoppedBefore ?? plan.rollout.stopped;
  if (stopped !== undefined) {
    rollout.stop(stopped);
    if (plan.batches.length > 0) events.emit({ kind: 'rollout-stopped', reason: stopped });
  }
  settle(play, plan.hosts, rollout);
  rollout.applyStopRules();
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
    // A host whose modules are not all there gets none of them.
    const obstacle = rollout.stopped() === undefined ? findObstacle(decision.scripts, builds, plan.builds) : undefined;
    if (obstacle !== undefined) rollout.finish(name, obstacle);
  }
}

interface Turn {
  readonly play: PlayRun;
  readonly rollout: RolloutState;
  readonly context: RunContext;
  readonly retrying: RetryOptions;
}

const over = { kind: 'done', value: undefined } as const;

/** Runs a host when it has its turn, unless the rollout has been stopped by then. */
function runInTurn(hostRun: HostRun, { play, rollout, context, retrying }: Turn): Promise<void> {
  const { name } = hostRun.host;
  return retryHost<void>(name, retrying, async claimRetry => {
    await rollout.waitForClearance();
    const reason = whyNotNow(play, rollout);
    if (reason !== undefined) {
      rollout.finish(name, { kind: 'not-started', reason });
      return over;
    }
    rollout.begin(name);
    const { outcome, sent } = await play.runHost(hostRun, context);
    if (outcome.kind === 'unreachable' && sent === 'nothing' && claimRetry(outcome.failure)) {
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
