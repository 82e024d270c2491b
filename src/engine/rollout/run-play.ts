import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { joinScriptOutcomes } from '../../model/join-script-outcomes.ts';
import { optional } from '../../model/optional.ts';
import { type HostOutcome, outcomeByPlan, withUnkept } from '../../model/outcome.ts';
import type { BuildId, PlannedHost, PlannedPlay, PlannedScript, Rollout } from '../../model/plan.ts';
import type { Builds } from '../../module/build/open-workshop.ts';
import { refillBatches } from '../../plan/rollout/refill-batches.ts';
import { deferred } from '../../process/deferred.ts';
import { onAbort } from '../../process/on-abort.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type RetryOptions, retryHost } from '../fleet/retry-host.ts';
import { shareRoom } from '../fleet/share-room.ts';
import { awaitModules, type Modules } from './await-modules.ts';
import { followRollout, type RolloutState } from './follow-rollout.ts';
import type { HostRun, HostRunner, RunContext } from './host-runner.ts';
import { trackLoads } from './track-loads.ts';
import { warnOfOwnLines } from './warn-of-own-lines.ts';

export interface PlayRun
  extends Omit<
    RunContext,
    'strategy' | 'onScriptFailure' | 'watch' | 'staleProcesses' | 'unwinding' | 'outputs' | 'builds'
  > {
  readonly plan: PlannedPlay;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Where each host takes uploads. */
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  /** Resolves when these builds have ended; rejects when `stop` fires before. */
  readonly provide: (builds: readonly BuildId[]) => Promise<Builds>;
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
export type Joined = Pick<PlayRun, 'plan' | 'uploadDirectories'> & {
  /** Hosts that are still being probed. */
  readonly awaited: readonly HostName[];
};

export interface PlayResult {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Why the rollout was stopped; set even if every host had begun by then. No further play may begin. */
  readonly stopped?: string;
}

/**
 * Runs a planned play batch by batch; resolves to the outcome of every host of the plan. A host has its turn when its own
 * modules are there. Where failures count, all builds have ended before any host begins.
 */
export async function runPlay(play: PlayRun): Promise<PlayResult> {
  const plan = { ...play.plan, batches: refillBatches(play.plan, play.failedBefore) };
  const events = trackLoads(play.events);
  const rollout = followRollout(plan, events, play.late === undefined ? 'all-here' : 'may-join');
  const stop = AbortSignal.any([play.stop, rollout.halt]);
  const ending = AbortSignal.any([play.stop, rollout.closed]);
  // Each host adds a listener.
  setMaxListeners(0, stop, ending);
  const over = deferred();
  onAbort(ending, () => over.resolve());
  if (ending.aborted) over.resolve();
  const { atOnce } = shareRoom(play.fleet, [...play.hosts.values()], play.forks);
  const turn: Turn = {
    play,
    rollout,
    over: over.promise,
    context: {
      ...play,
      events: warnOfOwnLines(events, plan),
      stop,
      strategy: plan.rollout.strategy,
      ...optional('onScriptFailure', plan.rollout.onScriptFailure),
      watch: plan.watch ?? {},
      ...optional('staleProcesses', plan.staleProcesses),
      unwinding: unwindingOf(plan),
      outputs: plan.outputs,
    },
    retrying: { ...play, events, retry: plan.rollout.retry, turns: pLimit(atOnce), signal: ending },
    announcer: createAnnouncer(play, plan),
  };
  settleBeforehand(play, rollout);
  const coming = expectModules(plan.hosts, turn);
  if (doFailuresCount(plan.rollout)) await Promise.all(coming.values());
  rollout.applyStopRules();

  const late = play.late === undefined ? undefined : runLate(play.late, turn);
  // It is awaited below: until then a rejection must not count as unhandled.
  late?.catch(() => undefined);
  const planned = new Map(plan.hosts.map(host => [host.name, host]));
  for (const [index, batch] of plan.batches.entries()) {
    // None of the canaries may fail, so that all of them have their modules before the first one begins.
    if (index === 0 && plan.rollout.canary !== undefined) await Promise.all(batch.map(name => coming.get(name)));
    rollout.beginBatch(index);
    const waiting = batch.filter(name => !rollout.outcomes.has(name));
    await Promise.all(
      waiting.map(async name => {
        const modules = await coming.get(name);
        if (modules?.kind !== 'there') return;
        if (whyNotNow(turn) === undefined) turn.announcer.tell(index);
        await runInTurn(hostRunOf(name, planned, play, modules), modules.builds, turn);
      }),
    );
  }
  await late;
  const stopped = rollout.stopped();
  return { outcomes: rollout.outcomes, ...(stopped === undefined ? {} : { stopped }) };
}

function unwindingOf({ builds }: Pick<PlannedPlay, 'builds'>): ReadonlySet<BuildId> {
  return new Set(builds.flatMap(({ id, options }) => (options.unwind || options.unwindLibraries ? [id] : [])));
}

/** Whether the failure of one host keeps others from beginning. */
function doFailuresCount({ maxFailPercentage, anyErrorsFatal }: Rollout): boolean {
  return anyErrorsFatal || maxFailPercentage < 100;
}

/** Tells of each batch once, when the first of its hosts begins. */
interface Announcer {
  tell(batch: number): void;
  /** Hosts have joined. */
  extend(plan: Pick<PlannedPlay, 'batches'>): void;
}

function createAnnouncer({ events }: PlayRun, begunWith: Pick<PlannedPlay, 'batches'>): Announcer {
  let { batches } = begunWith;
  const told = new Set<number>();
  return {
    tell(batch) {
      if (told.has(batch)) return;
      told.add(batch);
      events.emit({
        kind: 'batch-started',
        batch: batch + 1,
        of: batches.length,
        hosts: batches[batch] ?? [],
      });
    },
    extend(plan) {
      batches = plan.batches;
    },
  };
}

/** Runs each late host as soon as it has answered; when the play is stopped, those that have not are not begun. */
async function runLate({ hosts, joined }: Latecomers, turn: Turn): Promise<void> {
  const { play, rollout } = turn;
  const running: Promise<void>[] = [];
  const missing = new Set(hosts);
  let hasBegun = play.plan.batches.length > 0;
  try {
    for await (const { awaited, ...more } of joined) {
      const now: Turn = {
        ...turn,
        play: { ...play, ...more },
        context: { ...turn.context, outputs: more.plan.outputs, unwinding: unwindingOf(more.plan) },
      };
      // Hosts of an earlier wave may still be running.
      const added = more.plan.hosts.filter(({ name }) => missing.delete(name));
      const planned = new Map(added.map(host => [host.name, host]));
      settle(now.play, added, rollout);
      rollout.extend(more.plan, awaited);
      turn.announcer.extend(more.plan);
      const coming = expectModules(added, now);
      if (!hasBegun && coming.size > 0) {
        hasBegun = true;
        rollout.beginBatch(0);
      }
      running.push(
        ...[...coming].map(async ([name, expected]) => {
          const modules = await expected;
          if (modules.kind !== 'there') return;
          if (whyNotNow(turn) === undefined) turn.announcer.tell(0);
          await runInTurn(hostRunOf(name, planned, now.play, modules), modules.builds, now);
        }),
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
}

function settle({ failedBefore }: PlayRun, hosts: readonly PlannedHost[], rollout: RolloutState): void {
  for (const host of hosts) {
    const outcome = outcomeByPlan(host.decision);
    if (outcome !== undefined) rollout.finish(host.name, outcome);
  }
  for (const { name, decision } of hosts) {
    if (decision.kind === 'run' && failedBefore.has(name)) {
      rollout.finish(name, { kind: 'not-started', reason: 'it failed in an earlier play' });
    }
  }
}

/** Waits for the modules of all hosts that have no outcome yet. Who does not get them has ended when its promise resolves. */
function expectModules(hosts: readonly PlannedHost[], turn: Turn): ReadonlyMap<HostName, Promise<Modules>> {
  const { play, rollout, over } = turn;
  const { onScriptFailure } = play.plan.rollout;
  const options = { provide: play.provide, planned: play.plan.builds, over, onScriptFailure };
  const expect = async ({ name }: PlannedHost, scripts: readonly PlannedScript[]): Promise<Modules> => {
    const isHeld = whyNotNow(turn) !== undefined;
    const modules: Modules = isHeld ? { kind: 'given-up' } : await awaitModules(scripts, options);
    const reason = whyNotNow(turn);
    if (modules.kind === 'obstacle' && reason === undefined) rollout.finish(name, modules.outcome);
    else if (modules.kind !== 'there') rollout.finish(name, { kind: 'not-started', reason: reason ?? 'interrupted' });
    return modules;
  };
  const expected = hosts.flatMap(host =>
    host.decision.kind !== 'run' || rollout.outcomes.has(host.name)
      ? []
      : [[host.name, expect(host, host.decision.scripts)] as const],
  );
  // Each is awaited when its batch has its turn: until then a rejection must not count as unhandled.
  for (const [, modules] of expected) modules.catch(() => undefined);
  return new Map(expected);
}

interface Turn {
  readonly play: PlayRun;
  readonly rollout: RolloutState;
  /** Settles when no further host begins. */
  readonly over: Promise<void>;
  readonly context: Omit<RunContext, 'builds'>;
  readonly retrying: RetryOptions;
  readonly announcer: Announcer;
}

const done = { kind: 'done', value: undefined } as const;

/** Runs a host when it has its turn, unless the rollout has been stopped by then. */
function runInTurn(hostRun: HostRun, builds: Builds, turn: Turn): Promise<void> {
  const { play, rollout, context, retrying } = turn;
  const { name } = hostRun.host;
  return retryHost<void>(name, retrying, async claimRetry => {
    await rollout.waitForClearance();
    const reason = whyNotNow(turn);
    if (reason !== undefined) {
      const { missing } = hostRun;
      // Of scripts that could not be built it is known.
      const known = joinScriptOutcomes(missing, missing.length + hostRun.decision.scripts.length);
      rollout.finish(name, missing.length === 0 ? { kind: 'not-started', reason } : known);
      return done;
    }
    rollout.begin(name);
    const { outcome, sent } = await play.runHost(hostRun, { ...context, builds });
    if (outcome.kind === 'unreachable' && sent === 'nothing' && claimRetry(outcome.failure)) {
      rollout.putBack(name);
      return { kind: 'again' };
    }
    const unkept = await play.events.kept?.(name);
    rollout.finish(name, unkept === undefined ? outcome : withUnkept(outcome, unkept));
    return done;
  });
}

function whyNotNow({ play, rollout }: Turn): string | undefined {
  return rollout.stopped() ?? (play.stop.aborted ? 'interrupted' : undefined);
}

function hostRunOf(
  name: HostName,
  planned: ReadonlyMap<HostName, PlannedHost>,
  play: PlayRun,
  { scripts, missing }: Extract<Modules, { kind: 'there' }>,
): HostRun {
  const plan = planned.get(name);
  const host = play.hosts.get(name);
  const kernel = play.plan.kernelGroups.find(group => group.id === plan?.kernelGroup);
  const uploadDirectory = play.uploadDirectories.get(name);
  if (plan?.decision.kind !== 'run' || host === undefined || kernel === undefined || uploadDirectory === undefined) {
    throw new Error(`the plan has nothing to run on ${name}`);
  }
  return { host, decision: { ...plan.decision, scripts }, kernel, uploadDirectory, missing };
}
