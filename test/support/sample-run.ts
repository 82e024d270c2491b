import type { Event, EventBody } from '../../src/model/event.ts';
import type {
  ArtifactKey,
  CanaryKey,
  HostName,
  KernelRelease,
  Machine,
  ModuleName,
  RunId,
} from '../../src/model/ids.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type {
  BuildId,
  KernelBuildHost,
  KernelGroupId,
  PlannedBuild,
  PlannedHost,
  PlannedPlay,
} from '../../src/model/plan.ts';

export const host = (name: string): HostName => name as HostName;
export const hosts = (...names: string[]): HostName[] => names.map(host);
export const ioread = 'ioread_top5' as ModuleName;
export const release = '6.1.0-13-cloud-amd64' as KernelRelease;
export const oldRelease = '2.6.18-398.el5' as KernelRelease;
const machine = 'x86_64' as Machine;
export const runId = '20261123T004105Z-1a2b3c' as RunId;
const builder = host('builder1');

const buildHosts: readonly KernelBuildHost[] = [{ name: builder, state: 'known-good', stap: '5.1' }];

/** Events a given number of seconds after 2026-11-23T00:41:05Z. */
export function at(seconds: number, body: EventBody, playNumber = 1): Event {
  const time = new Date(Date.UTC(2026, 10, 23, 0, 41, 5) + seconds * 1000).toISOString();
  return { ...body, time, run: runId, ...(isOfRun(body) ? {} : { playNumber }) };
}

/** The same events, of another play of their run. */
export function inPlay(playNumber: number, events: Iterable<Event>): Event[] {
  return [...events].map(event => (event.playNumber === undefined ? event : { ...event, playNumber }));
}

function isOfRun({ kind }: EventBody): boolean {
  return kind === 'run-started' || kind === 'run-finished' || kind === 'notice' || kind === 'tables';
}

export const started: Event = at(0, {
  kind: 'run-started',
  command: 'apply',
  version: '0.1.0',
  playbook: 'playbooks/io.yml',
  inventory: ['inventories/fleet'],
  directory: `/state/tapbook/runs/${runId}`,
});

export function groupId(ofRelease: KernelRelease): KernelGroupId {
  return `${ofRelease}/${machine}` as KernelGroupId;
}

export function buildId(ofRelease: KernelRelease): BuildId {
  return `${ioread}@${groupId(ofRelease)}` as BuildId;
}

export function plannedBuild(ofRelease: KernelRelease, state: 'cached' | 'to-build', names: HostName[]): PlannedBuild {
  return {
    id: buildId(ofRelease),
    module: ioread,
    kernelGroup: groupId(ofRelease),
    release: ofRelease,
    machine,
    buildHost: builder,
    source: { path: 'scripts/ioread_top5.stp', text: 'probe begin { exit() }\n' },
    args: [],
    options: { guru: false, defines: {}, beltSeconds: 90 },
    artifact: { key: 'aa11' as ArtifactKey, state },
    canary: { key: 'cc22' as CanaryKey, state: 'known-good' },
    alternatives: [],
    hosts: names,
  };
}

export function runs(name: HostName, ofRelease: KernelRelease = release): PlannedHost {
  return {
    name,
    groups: [],
    kernelGroup: groupId(ofRelease),
    decision: {
      kind: 'run',
      as: 'become-user',
      scripts: [
        {
          module: ioread,
          build: buildId(ofRelease),
          globals: [{ name: 'interval', value: '5' }],
          limitSeconds: 30,
          end: 'at-limit',
        },
      ],
    },
  };
}

export const skipped: PlannedHost = {
  name: host('web1'),
  groups: [],
  decision: { kind: 'skip', reason: 'its kernel 5.10.0-9-amd64 matches no entry of kernels' },
};

export const unreachable: PlannedHost = {
  name: host('db9'),
  groups: [],
  decision: {
    kind: 'unreachable',
    failure: { stage: 'connect', cause: 'connection refused by 192.0.2.9:22', cure: 'start sshd there' },
  },
};

/** A play in which the named hosts run on the new kernel, and the left out ones do not. */
export function plan(names: HostName[], options: { leftOut?: PlannedHost[]; old?: HostName[] } = {}): PlannedPlay {
  const { leftOut = [], old = [] } = options;
  const all = [...names, ...old];
  const canary = all.slice(0, 1);
  const rest = all.slice(1);
  const isCounted = leftOut.filter(({ decision }) => decision.kind !== 'skip').length + all.length;
  const counted = { counted: isCounted, failuresAllowed: Math.floor(isCounted * 0.05) };
  return {
    name: 'Who reads most on the databases',
    pattern: 'db:!retired',
    kernelGroups: [
      { id: groupId(release), release, machine, hosts: names, buildHosts },
      ...(old.length > 0 ? [{ id: groupId(oldRelease), release: oldRelease, machine, hosts: old, buildHosts }] : []),
    ],
    builds: [
      plannedBuild(release, 'to-build', names),
      ...(old.length > 0 ? [plannedBuild(oldRelease, 'cached', old)] : []),
    ],
    hosts: [...names.map(name => runs(name)), ...old.map(name => runs(name, oldRelease)), ...leftOut],
    batches: rest.length > 0 ? [canary, rest] : [canary],
    buildLimits: { nice: 10 },
    rollout: { strategy: 'in-order', maxFailPercentage: 5, anyErrorsFatal: false, ...counted },
  };
}

const failed: HostOutcome = {
  kind: 'failed',
  failure: {
    stage: 'load',
    cause: "the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists",
    cure: 'tapbook clean',
    detail: "ERROR: Couldn't insert module 'ioread_top5.ko': File exists\nERROR: Rerun with staprun option '-R'",
  },
};

/** What a whole apply of `planned` says, with a line of output from each host; every tenth host fails to load. */
export function* applyOf(planned: PlannedPlay): Generator<Event> {
  yield started;
  yield at(0.1, {
    kind: 'play-started',
    play: planned.name,
    hosts: planned.hosts.map(({ name }) => name),
    buildHosts: [builder],
  });
  yield at(0.9, probed(builder, 'build-host'));
  for (const { name, decision } of planned.hosts) {
    if (decision.kind === 'unreachable') {
      const result = { kind: 'unreachable', failure: decision.failure } as const;
      yield at(1, { kind: 'host-probed', host: name, role: 'target', seconds: 0.1, result });
    } else yield at(1.3, probed(name, 'target'));
  }
  yield at(1.4, { kind: 'play-planned', plan: planned });
  for (const build of planned.builds) yield* buildOf(build);
  for (const { name, decision } of planned.hosts) {
    if (decision.kind === 'skip') yield at(42, finished(name, { ...decision, kind: 'skipped' }));
    if (decision.kind === 'unreachable') yield at(42, finished(name, decision));
  }
  let seen = 0;
  for (const [index, batch] of planned.batches.entries()) {
    const from = 42 + index * 31;
    yield at(from, { kind: 'batch-started', batch: index + 1, of: planned.batches.length, hosts: batch });
    const good = batch.filter(() => ++seen % 10 !== 3);
    for (const name of batch.filter(one => !good.includes(one))) yield at(from + 0.4, finished(name, failed));
    for (const name of good) yield at(from + 0.5, { kind: 'script-started', host: name, module: ioread });
    for (const name of good) yield at(from + 0.5, { kind: 'script-armed', host: name, module: ioread, seconds: 0.03 });
    for (const name of good) yield line(from + 5, name, `3431---pcscd---240---${name.length}`);
    for (const name of good) {
      const left = { module: 'none', directory: 'removed' } as const;
      const end = { kind: 'duration' } as const;
      yield at(from + 30.5, { kind: 'script-finished', host: name, module: ioread, end, seconds: 30, left });
      yield at(from + 30.6, finished(name, { kind: 'ok' }));
    }
  }
  const wrong = Math.floor((seen + 7) / 10);
  yield at(42 + planned.batches.length * 31, {
    kind: 'run-finished',
    exitCode: wrong > 0 ? 2 : 0,
    seconds: 42 + planned.batches.length * 31,
    hosts: { ...noHosts, ok: seen - wrong, failed: wrong },
    builds: { built: 1, cached: planned.builds.length - 1, failed: 0 },
  });
}

export function line(seconds: number, name: HostName, text: string, stream: 'stdout' | 'stderr' = 'stdout'): Event {
  return at(seconds, { kind: 'line', host: name, module: ioread, stream, text });
}

export function finished(name: HostName, outcome: HostOutcome): EventBody {
  return { kind: 'host-finished', host: name, outcome };
}

function probed(name: HostName, role: 'target' | 'build-host'): EventBody {
  const kernel = { release, machine, version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1' };
  return { kind: 'host-probed', host: name, role, seconds: 0.4, result: { kind: 'ok', kernel } };
}

function* buildOf({ id, module, release: ofRelease, buildHost, artifact }: PlannedBuild): Generator<Event> {
  const words = { build: id, module, release: ofRelease, machine, buildHost };
  if (artifact.state === 'cached') {
    yield at(1.5, { ...words, kind: 'build-finished', result: { kind: 'cached', key: artifact.key } });
    return;
  }
  yield at(1.5, { ...words, kind: 'build-started' });
  const log = `/state/tapbook/runs/${runId}/build/ioread_top5.log`;
  const result = { kind: 'built', key: artifact.key, seconds: 40.2, bytes: 312_456, warnings: 2, log } as const;
  yield at(41.7, { ...words, kind: 'build-finished', result });
}

export const noHosts: Record<HostOutcome['kind'], number> = {
  ok: 0,
  degraded: 0,
  skipped: 0,
  failed: 0,
  unreachable: 0,
  'left-behind': 0,
  interrupted: 0,
  'not-started': 0,
};
