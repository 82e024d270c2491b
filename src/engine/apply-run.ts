import { defaultLimits } from '../model/default-limits.ts';
import type { RunEvents, RunFinished } from '../model/event.ts';
import { formatBytes } from '../model/format-bytes.ts';
import type { HostName, RunId } from '../model/ids.ts';
import { joinScriptOutcomes } from '../model/join-script-outcomes.ts';
import { type KeepLimits, usualKeep } from '../model/keep-limits.ts';
import { optional } from '../model/optional.ts';
import { countHosts, type HostOutcome, isFailure, outcomeByPlan } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { BinaryStore } from '../module/binaries/binary-store.ts';
import { type BinarySupply, createBinarySupply, type SupplyOptions } from '../module/binaries/binary-supply.ts';
import { type BuildCounts, type Builds, openWorkshop, type Workshop } from '../module/build/open-workshop.ts';
import type { CanaryRecords } from '../module/cache/canary-records.ts';
import type { KeptFacts } from '../module/cache/kept-facts.ts';
import type { ModuleCache } from '../module/cache/module-cache.ts';
import type { Fleet } from './fleet/fleet.ts';
import type { Patience } from './fleet/patience.ts';
import { followHosts } from './follow-hosts.ts';
import { joinLateHosts } from './prepare/join-late-hosts.ts';
import { openBinarySource } from './prepare/open-binary-source.ts';
import type { ReadyPlay } from './prepare/plan-plays.ts';
import { refusePlan } from './prepare/refuse-plan.ts';
import { createFleetHostRunner } from './rollout/fleet-host-runner.ts';
import type { HostRunner } from './rollout/host-runner.ts';
import { runPlay } from './rollout/run-play.ts';
import type { PlaySource } from './sources/play-source.ts';
import { createKeepBudget } from './supervisor/keep-budget.ts';

export interface ApplyRequest {
  /** `build`: modules are made and nothing is loaded. */
  readonly command: 'build' | 'apply';
  readonly run: RunId;
  readonly source: PlaySource;
  /** How many hosts at once. */
  readonly forks: number;
  /** How long a module may live without its controller. */
  readonly leaseSeconds: number;
  /** How long a script's load may take until its probes are armed. */
  readonly armSeconds: number;
  /** How long a script that is stopped may take to run its `end` probes, and again to be unloaded, while the kernel is at it. */
  readonly endSeconds: number;
  /** The limit of one build; overrides the playbook's. */
  readonly buildLimitSeconds?: number;
  /** How much of what scripts print is kept, where that is not as usual. */
  readonly keep?: Partial<KeepLimits>;
}

/** What the engine reaches the outside world through. */
export interface RunPorts {
  readonly fleet: Fleet;
  readonly events: RunEvents;
  readonly cache: ModuleCache;
  readonly kept: KeptFacts;
  readonly canaries: CanaryRecords;
  /** Targets' binaries, for build hosts that lack them. Default: they are not copied. */
  readonly binaries?: BinaryStore;
  /** Asks on the terminal before a binary is copied, where a play wants that. */
  readonly ask?: SupplyOptions['ask'];
  /** Keeps what stap printed; resolves to the path of the log. */
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
  /** Begin nothing more, stop scripts so that their `end` probes print, clean up. */
  readonly stop: AbortSignal;
  /** Let go of everything: the targets clean up when their lease is over. */
  readonly abandon: AbortSignal;
  /** Default: the usual one. */
  readonly patience?: Patience;
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
  const progress: Progress = { fits: 'yes', workshops: [], plays: [], outcomes: [] };
  const followed = followHosts(ports.events);
  const supply =
    ports.binaries &&
    createBinarySupply({ ...ports, store: ports.binaries, open: openBinarySource(ports.fleet, progress.plays) });
  let reached: RunResult['reached'] = 'the-end';
  try {
    await carryOut(request, { ...ports, supply, events: followed.events }, progress);
  } catch (error) {
    // An abort comes up as the signal's own reason; all else is a bug.
    if (!ports.stop.aborted) throw error;
    reached = 'cut-short';
    progress.outcomes.push(...followed.conclude({ kind: 'not-started', reason: 'interrupted' }));
  } finally {
    for (const workshop of progress.workshops) await workshop[Symbol.asyncDispose]();
  }
  const { fits, workshops, outcomes } = progress;
  return {
    fits,
    reached,
    seconds: (performance.now() - startedMs) / 1000,
    hosts: countHosts(outcomes),
    builds: sumCounts(workshops.map(workshop => workshop.counts())),
  };
}

interface SuppliedPorts extends RunPorts {
  readonly supply: BinarySupply | undefined;
}

/** How far the run has come: the result of a run that is cut short is made of this. */
interface Progress {
  fits: 'yes' | 'no';
  /** By the index of the play. */
  readonly workshops: Workshop[];
  /** As far as they are planned, by the index of the play. */
  readonly plays: ReadyPlay[];
  /** One for each play that has ended. */
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>[];
}

async function carryOut(request: ApplyRequest, ports: SuppliedPorts, progress: Progress): Promise<void> {
  const { command, source, forks } = request;
  const begin = (index: number, play: ReadyPlay): void => {
    if (command === 'apply' && play.plan.rollout.stopped !== undefined) return;
    progress.plays[index] = play;
    const workshop = progress.workshops[index] ?? openWorkshopFor(play, index, request, ports, progress);
    progress.workshops[index] = workshop;
    workshop.begin(play.plan.builds, play.openBuildHosts);
  };
  const { fits, ready } = await source.prepare({
    ...ports,
    forks,
    signal: ports.stop,
    latecomers: command === 'apply' ? 'join' : 'are-waited-for',
    begin,
  });
  progress.fits = fits;
  if (fits === 'no') {
    const plans = ready.map(({ plan }) => plan);
    progress.outcomes.push(...refusePlan(plans, ports.events));
    return;
  }
  // Some may be under way already.
  for (const [index, play] of ready.entries()) {
    if (command === 'apply' && play.plan.rollout.stopped !== undefined) break;
    begin(index, play);
  }
  if (command === 'build') await concludeBuild(ready, ports, progress);
  else await runAll(ready, begin, request, ports, progress);
}

/** The modules of a play are made when those of the plays before it are. */
function openWorkshopFor(
  { plan, selected }: ReadyPlay,
  index: number,
  { command, buildLimitSeconds }: ApplyRequest,
  { events, kept, stop, supply, ...ports }: SuppliedPorts,
  { workshops }: Progress,
): Workshop {
  const { timeoutSeconds, nice, memoryBytes, jobs, binaries: binaryPolicy } = plan.buildLimits;
  const { cache, canaries, saveLog } = ports;
  return openWorkshop({
    cache,
    canaries,
    saveLog,
    ...optional('binaries', supply),
    binaryPolicy,
    events: events.forPlay(index),
    signal: stop,
    after: Promise.all(workshops.map(workshop => workshop.idle())),
    limitSeconds: buildLimitSeconds ?? timeoutSeconds ?? defaultLimits.buildSeconds,
    nice,
    memoryBytes,
    ...optional('jobs', jobs),
    ...(command === 'build' ? { whenNotKept: 'fail' } : {}),
    ...optional('unquoted', selected.unquoted),
    onFailure: async name => {
      for (const host of selected.builders) if (host.name === name) await kept.drop(host);
    },
  });
}

/** Runs play after play. As in Ansible, the plays after a stopped one are not begun. */
async function runAll(
  ready: readonly ReadyPlay[],
  begin: (index: number, play: ReadyPlay) => void,
  request: ApplyRequest,
  ports: RunPorts,
  progress: Progress,
): Promise<void> {
  const { run, forks, leaseSeconds, armSeconds, endSeconds } = request;
  const limits = { ...usualKeep, ...request.keep };
  const keep = createKeepBudget(limits, () => tellRunFull(limits, ports.events));
  const { fleet, stop, abandon, runHost = createFleetHostRunner(fleet) } = ports;
  let stoppedBefore: string | undefined;
  for (const [index, play] of ready.entries()) {
    const late = joinLateHosts(play, wave => begin(index, wave));
    const { outcomes, stopped } = await runPlay({
      plan: play.plan,
      hosts: new Map(play.selected.hosts.map(host => [host.name, host])),
      uploadDirectories: play.uploadDirectories,
      provide: builds => workshopOf(index, progress).provide(builds),
      failedBefore: failedIn(progress.outcomes),
      fleet,
      runHost,
      events: ports.events.forPlay(index),
      run,
      forks,
      leaseSeconds,
      armSeconds,
      endSeconds,
      keep,
      stop,
      abandon,
      ...optional('stoppedBefore', stoppedBefore),
      ...optional('late', late),
    });
    progress.outcomes.push(outcomes);
    if (stopped !== undefined) stoppedBefore ??= `play "${play.plan.name}" was stopped: ${stopped}`;
  }
}

function tellRunFull({ maxOutputBytes }: KeepLimits, events: RunEvents): void {
  const text = `this run has kept ${formatBytes(maxOutputBytes)} of output: of what scripts print nothing more is kept (--max-output)`;
  events.emit({ kind: 'notice', severity: 'warning', text });
}

function workshopOf(index: number, { workshops }: Progress): Workshop {
  const workshop = workshops[index];
  if (workshop === undefined) throw new Error(`nothing is built for play ${index + 1}`);
  return workshop;
}

function failedIn(plays: Progress['outcomes']): ReadonlySet<HostName> {
  return new Set(plays.flatMap(play => [...play].filter(([, outcome]) => isFailure(outcome)).map(([name]) => name)));
}

/** The outcomes of `build`: a host is ok if all of its modules could be built. */
async function concludeBuild(ready: readonly ReadyPlay[], { events }: RunPorts, progress: Progress): Promise<void> {
  const made: Builds[] = [];
  for (const [index, { plan }] of ready.entries()) {
    made.push(await workshopOf(index, progress).provide(plan.builds.map(({ id }) => id)));
  }
  for (const [index, { plan }] of ready.entries()) {
    const play = new Map(plan.hosts.map(host => [host.name, builtOutcome(host, made[index] ?? new Map())]));
    for (const [host, outcome] of play) events.forPlay(index).emit({ kind: 'host-finished', host, outcome });
    progress.outcomes.push(play);
  }
}

function builtOutcome({ decision }: PlannedHost, builds: Builds): HostOutcome {
  if (decision.kind !== 'run') return outcomeByPlan(decision) ?? { kind: 'ok' };
  const { scripts } = decision;
  const failed = scripts.flatMap(({ module, build }) => {
    const result = builds.get(build);
    return result?.ok === false ? [{ kind: 'failed' as const, module, failure: result.error }] : [];
  });
  return joinScriptOutcomes(failed, scripts.length);
}

function sumCounts(counts: readonly BuildCounts[]): BuildCounts {
  const sum = { built: 0, cached: 0, failed: 0 };
  for (const one of counts) {
    sum.built += one.built;
    sum.cached += one.cached;
    sum.failed += one.failed;
  }
  return sum;
}
