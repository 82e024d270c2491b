import { defaultLimits } from '../model/default-limits.ts';
import type { RunEvents, RunFinished } from '../model/event.ts';
import type { HostName, RunId } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { countHosts, type HostOutcome, isFailure, joinFailures, outcomeByPlan } from '../model/outcome.ts';
import type { PlannedBuild, PlannedHost } from '../model/plan.ts';
import { type Builds, runBuilds } from '../module/build/run-builds.ts';
import type { CanaryRecords } from '../module/cache/canary-records.ts';
import type { KeptFacts } from '../module/cache/kept-facts.ts';
import type { ModuleCache } from '../module/cache/module-cache.ts';
import { countBuilds } from './count-builds.ts';
import type { Fleet } from './fleet/fleet.ts';
import { joinLateHosts } from './prepare/join-late-hosts.ts';
import type { ReadyPlay } from './prepare/plan-plays.ts';
import { refusePlan } from './prepare/refuse-plan.ts';
import { createFleetHostRunner } from './rollout/fleet-host-runner.ts';
import type { HostRunner } from './rollout/host-runner.ts';
import { runPlay } from './rollout/run-play.ts';
import type { PlaySource } from './sources/play-source.ts';

export interface ApplyRequest {
  /** `build`: modules are made and nothing is loaded. */
  readonly command: 'build' | 'apply';
  readonly run: RunId;
  readonly source: PlaySource;
  /** How many hosts at once. */
  readonly forks: number;
  /** How long a module may live without its controller. */
  readonly leaseSeconds: number;
  /** The limit of one build; overrides the playbook's. */
  readonly buildLimitSeconds?: number;
}

/** What the engine reaches the outside world through. */
export interface RunPorts {
  readonly fleet: Fleet;
  readonly events: RunEvents;
  readonly cache: ModuleCache;
  readonly kept: KeptFacts;
  readonly canaries: CanaryRecords;
  /** Keeps what stap printed; resolves to the path of the log. */
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
  /** Begin nothing more, stop scripts so that their `end` probes print, clean up. */
  readonly stop: AbortSignal;
  /** Let go of everything: the targets clean up when their lease is over. */
  readonly abandon: AbortSignal;
  /** Default: from here, over `fleet`. */
  readonly runHost?: HostRunner;
}

export interface RunResult extends Pick<RunFinished, 'hosts' | 'builds' | 'seconds'> {
  /** `no`: hosts have drifted from a saved plan, so it was not run. */
  readonly fits: 'yes' | 'no';
  /** `cut-short`: `stop` fired before every play had its turn. */
  readonly reached: 'the-end' | 'cut-short';
}

/**
 * Plans, builds missing modules and, for `apply`, runs the scripts on their hosts. A run that is stopped says so in
 * `reached`; a throw is a bug.
 */
export async function applyRun(request: ApplyRequest, ports: RunPorts): Promise<RunResult> {
  const startedMs = performance.now();
  const progress: Progress = { fits: 'yes', ready: [], builds: [], outcomes: [] };
  let reached: RunResult['reached'] = 'the-end';
  try {
    await carryOut(request, ports, progress);
  } catch (error) {
    // An abort comes up as the signal's own reason; all else is a bug.
    if (!ports.stop.aborted) throw error;
    reached = 'cut-short';
  }
  const { fits, ready, builds, outcomes } = progress;
  return {
    fits,
    reached,
    seconds: (performance.now() - startedMs) / 1000,
    hosts: countHosts(outcomes),
    builds: countBuilds(
      ready.map(({ plan }) => plan),
      builds,
    ),
  };
}

/** How far the run has come: the result of a run that is cut short is made of this. */
interface Progress {
  fits: 'yes' | 'no';
  ready: readonly ReadyPlay[];
  /** One for each play in `ready` whose builds have ended. */
  readonly builds: Builds[];
  /** One for each play that has ended. */
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>[];
}

async function carryOut(request: ApplyRequest, ports: RunPorts, progress: Progress): Promise<void> {
  const { command, source, forks } = request;
  const prepared = await source.prepare({
    ...ports,
    forks,
    signal: ports.stop,
    latecomers: command === 'apply' ? 'join' : 'are-waited-for',
  });
  progress.fits = prepared.fits;
  if (prepared.fits === 'no') {
    const plans = prepared.ready.map(({ plan }) => plan);
    progress.outcomes.push(...refusePlan(plans, ports.events));
    return;
  }
  progress.ready = prepared.ready;
  await buildAll(request, ports, progress);
  if (command === 'build') concludeBuild(ports, progress);
  else await runAll(request, ports, progress);
}

/** Builds the modules of each play, up to the first one that the plan already stops. */
async function buildAll(request: ApplyRequest, ports: RunPorts, { ready, builds }: Progress): Promise<void> {
  let isStopped = false;
  for (const [index, play] of ready.entries()) {
    isStopped ||= request.command === 'apply' && play.plan.rollout.stopped !== undefined;
    builds.push(isStopped ? new Map() : await buildModules(play, index, play.plan.builds, request, ports));
  }
}

function buildModules(
  { plan, openBuildHosts, selected }: ReadyPlay,
  index: number,
  planned: readonly PlannedBuild[],
  { command, buildLimitSeconds }: ApplyRequest,
  { events, kept, stop, ...ports }: RunPorts,
): Promise<Builds> {
  const { timeoutSeconds, nice, memoryBytes, jobs } = plan.buildLimits;
  return runBuilds(planned, {
    ...ports,
    openBuildHosts,
    events: events.forPlay(index),
    signal: stop,
    limitSeconds: buildLimitSeconds ?? timeoutSeconds ?? defaultLimits.buildSeconds,
    nice,
    memoryBytes,
    ...optional('jobs', jobs),
    ...(command === 'build' ? { whenNotKept: 'fail' } : {}),
    onFailure: async name => {
      for (const host of selected.builders) if (host.name === name) await kept.drop(host);
    },
  });
}

/** Runs play after play. As in Ansible, the plays after a stopped one are not begun. */
async function runAll(request: ApplyRequest, ports: RunPorts, progress: Progress): Promise<void> {
  const { run, forks, leaseSeconds } = request;
  const { fleet, stop, abandon, runHost = createFleetHostRunner(fleet) } = ports;
  let stoppedBefore: string | undefined;
  for (const [index, play] of progress.ready.entries()) {
    const builds = progress.builds[index] ?? new Map();
    const late = joinLateHosts(play, {
      known: builds,
      build: (wave, planned) => buildModules(wave, index, planned, request, ports),
      onJoined: (joined, all) => {
        progress.ready = progress.ready.with(index, joined);
        progress.builds[index] = all;
      },
    });
    const { outcomes, stopped } = await runPlay({
      plan: play.plan,
      hosts: new Map(play.selected.hosts.map(host => [host.name, host])),
      uploadDirectories: play.uploadDirectories,
      builds,
      failedBefore: failedIn(progress.outcomes),
      fleet,
      runHost,
      events: ports.events.forPlay(index),
      run,
      forks,
      leaseSeconds,
      stop,
      abandon,
      ...optional('stoppedBefore', stoppedBefore),
      ...optional('late', late),
    });
    progress.outcomes.push(outcomes);
    if (stopped !== undefined) stoppedBefore ??= `play "${play.plan.name}" was stopped: ${stopped}`;
  }
}

function failedIn(plays: Progress['outcomes']): ReadonlySet<HostName> {
  return new Set(plays.flatMap(play => [...play].filter(([, outcome]) => isFailure(outcome)).map(([name]) => name)));
}

/** The outcomes of `build`: a host is ok if all of its modules could be built. */
function concludeBuild({ events }: RunPorts, { ready, builds, outcomes }: Progress): void {
  for (const [index, { plan }] of ready.entries()) {
    const play = new Map(plan.hosts.map(host => [host.name, builtOutcome(host, builds[index] ?? new Map())]));
    for (const [host, outcome] of play) events.forPlay(index).emit({ kind: 'host-finished', host, outcome });
    outcomes.push(play);
  }
}

function builtOutcome({ decision }: PlannedHost, builds: Builds): HostOutcome {
  if (decision.kind !== 'run') return outcomeByPlan(decision) ?? { kind: 'ok' };
  const [failure, ...more] = decision.scripts.flatMap(({ build }) => {
    const result = builds.get(build);
    return result?.ok === false ? [result.error] : [];
  });
  return failure === undefined ? { kind: 'ok' } : { kind: 'failed', failure: joinFailures([failure, ...more]) };
}
