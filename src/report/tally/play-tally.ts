import type { BuildFinished, BuildStarted, CanaryStarted } from '../../model/build-event.ts';
import type { Event, HostProbed } from '../../model/event.ts';
import type { HostName, ModuleName } from '../../model/ids.ts';
import type { HostOutcome } from '../../model/outcome.ts';
import type { BuildId, PlannedPlay } from '../../model/plan.ts';
import { printedNothing } from '../../model/script-end.ts';

/** What a play has come to so far. All times are those of the events, in milliseconds. */
export interface PlayTally {
  readonly name: string;
  readonly hosts: readonly HostName[];
  readonly buildHosts: readonly HostName[];
  /** Hosts that the plan does not have yet. */
  readonly awaited: readonly HostName[];
  readonly startedAt: number;
  readonly probes: ReadonlyMap<HostName, HostProbed>;
  readonly buildHostProbes: ReadonlyMap<HostName, HostProbed>;
  readonly plan?: PlannedPlay;
  readonly builds: ReadonlyMap<BuildId, BuildTally>;
  /** The minimal scripts that are being built now, with when that began; by build host and kernel. */
  readonly canaries: ReadonlyMap<string, { readonly begun: CanaryStarted; readonly startedAt: number }>;
  readonly batch?: BatchTally;
  /** The scripts that run now, with when they began: were armed, or are live where they are not yet. */
  readonly running: ReadonlyMap<HostName, ReadonlyMap<ModuleName, number>>;
  /** On which hosts a script ran to its end and printed nothing. */
  readonly silent: ReadonlyMap<ModuleName, ReadonlySet<HostName>>;
  /** Those of them whose probes are not armed yet. */
  readonly arming: ReadonlyMap<HostName, ReadonlySet<ModuleName>>;
  /** For how many seconds each script has traced on the hosts where it has ended. */
  readonly traced: ReadonlyMap<ModuleName, ReadonlyMap<HostName, number>>;
  /** When a script last began or ended on a host. */
  readonly lastStep: ReadonlyMap<HostName, number>;
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** How long the hosts took that had their turn and are through. */
  readonly seconds: ReadonlyMap<HostName, number>;
  /** From the first event of a stage to the last one so far. */
  readonly stages: ReadonlyMap<TimedStage, { readonly from: number; readonly to: number }>;
  readonly stoppedBecause?: string;
}

export type TimedStage = 'probe' | 'build' | 'run';

export interface BuildTally {
  readonly begun: BuildStarted | BuildFinished;
  readonly startedAt: number;
  readonly result?: BuildFinished['result'];
}

export interface BatchTally {
  readonly batch: number;
  readonly of: number;
  readonly hosts: readonly HostName[];
  readonly startedAt: number;
}

/** As its events change it. */
export type WritablePlay = Writable<
  Omit<
    PlayTally,
    | 'probes'
    | 'buildHostProbes'
    | 'builds'
    | 'canaries'
    | 'running'
    | 'silent'
    | 'arming'
    | 'traced'
    | 'lastStep'
    | 'outcomes'
    | 'seconds'
    | 'stages'
  >
> & {
  probes: Map<HostName, HostProbed>;
  buildHostProbes: Map<HostName, HostProbed>;
  builds: Map<BuildId, BuildTally>;
  canaries: Map<string, { begun: CanaryStarted; startedAt: number }>;
  running: Map<HostName, Map<ModuleName, number>>;
  silent: Map<ModuleName, Set<HostName>>;
  arming: Map<HostName, Set<ModuleName>>;
  traced: Map<ModuleName, Map<HostName, number>>;
  lastStep: Map<HostName, number>;
  outcomes: Map<HostName, HostOutcome>;
  seconds: Map<HostName, number>;
  stages: Map<TimedStage, { from: number; to: number }>;
};

export type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** One that has begun at `at`. */
export function newPlay(event: Event & { kind: 'play-started' }, at: number): WritablePlay {
  return {
    name: event.play,
    hosts: event.hosts,
    buildHosts: event.buildHosts,
    awaited: [],
    startedAt: at,
    probes: new Map(),
    buildHostProbes: new Map(),
    builds: new Map(),
    canaries: new Map(),
    running: new Map(),
    silent: new Map(),
    arming: new Map(),
    traced: new Map(),
    lastStep: new Map(),
    outcomes: new Map(),
    seconds: new Map(),
    stages: new Map([['probe', { from: at, to: at }]]),
  };
}

/** What belongs to a play and changes it. */
export type PlayEvent = Exclude<
  Event,
  {
    kind:
      | 'run-started'
      | 'play-started'
      | 'line'
      | 'output-full'
      | 'record'
      | 'histogram'
      | 'notice'
      | 'tables'
      | 'run-finished';
  }
>;

/** `at`: when the event came. */
export function readIntoPlay(play: WritablePlay, event: PlayEvent, at: number): void {
  touchStage(play, event.kind, at);
  switch (event.kind) {
    case 'host-probed':
      (event.role === 'target' ? play.probes : play.buildHostProbes).set(event.host, event);
      break;
    case 'host-retry':
      break;
    case 'play-planned':
      play.plan = event.plan;
      play.awaited = event.awaited ?? [];
      if (play.batch !== undefined)
        play.batch = { ...play.batch, hosts: event.plan.batches[play.batch.batch - 1] ?? [] };
      break;
    case 'canary-started':
      play.canaries.set(canaryOf(event), { begun: event, startedAt: at });
      break;
    case 'canary-finished':
      play.canaries.delete(canaryOf(event));
      break;
    case 'build-moved':
      play.builds.delete(event.build);
      break;
    case 'build-started':
      play.builds.set(event.build, { begun: event, startedAt: at });
      break;
    case 'build-finished': {
      const startedAt = play.builds.get(event.build)?.startedAt ?? at;
      play.builds.set(event.build, { begun: event, startedAt, result: event.result });
      break;
    }
    case 'batch-started':
      play.batch = { batch: event.batch, of: event.of, hosts: event.hosts, startedAt: at };
      break;
    case 'script-started': {
      const scripts = play.running.get(event.host) ?? new Map<ModuleName, number>();
      play.running.set(event.host, scripts.set(event.module, at));
      play.arming.set(event.host, (play.arming.get(event.host) ?? new Set()).add(event.module));
      play.lastStep.set(event.host, at);
      break;
    }
    case 'script-armed':
      // Its duration counts from now on.
      play.running.get(event.host)?.set(event.module, at);
      endArming(play, event);
      break;
    case 'script-finished': {
      const scripts = play.running.get(event.host);
      scripts?.delete(event.module);
      if (scripts?.size === 0) play.running.delete(event.host);
      endArming(play, event);
      if (event.traced !== undefined) {
        const hosts = play.traced.get(event.module) ?? new Map<HostName, number>();
        play.traced.set(event.module, hosts.set(event.host, event.traced));
      }
      if (printedNothing(event)) {
        play.silent.set(event.module, (play.silent.get(event.module) ?? new Set()).add(event.host));
      }
      play.lastStep.set(event.host, at);
      break;
    }
    case 'host-finished':
      play.outcomes.set(event.host, event.outcome);
      if (event.seconds !== undefined) play.seconds.set(event.host, event.seconds);
      play.running.delete(event.host);
      play.arming.delete(event.host);
      break;
    case 'binary-fetching':
    case 'binary-fetched':
    case 'binary-sent':
    case 'host-drifted':
      break;
    case 'rollout-stopped':
      play.stoppedBecause = event.reason;
      break;
    default:
      event satisfies never;
  }
}

function endArming({ arming }: WritablePlay, { host, module }: { host: HostName; module: ModuleName }): void {
  arming.get(host)?.delete(module);
  if (arming.get(host)?.size === 0) arming.delete(host);
}

function canaryOf({ buildHost, release, machine }: Pick<CanaryStarted, 'buildHost' | 'release' | 'machine'>): string {
  return `${buildHost} ${release} ${machine}`;
}

/** Which stage an event belongs to. */
export const stageOf: Partial<Record<Event['kind'], TimedStage>> = {
  'host-probed': 'probe',
  'canary-started': 'build',
  'canary-finished': 'build',
  'binary-fetching': 'build',
  'binary-fetched': 'build',
  'binary-sent': 'build',
  'build-started': 'build',
  'build-moved': 'build',
  'build-finished': 'build',
  'batch-started': 'run',
  'script-started': 'run',
  'script-armed': 'run',
  'script-finished': 'run',
  'host-finished': 'run',
};

function touchStage(play: WritablePlay, kind: Event['kind'], at: number): void {
  const stage = stageOf[kind];
  if (stage === undefined) return;
  const span = play.stages.get(stage);
  // A host that the plan leaves out is finished before any batch begins: that is no running time.
  if (span === undefined && kind === 'host-finished') return;
  if (span === undefined) play.stages.set(stage, { from: at, to: at });
  else span.to = Math.max(span.to, at);
}
