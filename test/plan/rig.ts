import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { BuildHostFacts, BuildTree, HostFacts } from '../../src/facts/host-facts.ts';
import type { BinaryFacts, PresentBinary } from '../../src/model/binary.ts';
import type { Host } from '../../src/model/host.ts';
import type {
  ArtifactKey,
  CanaryKey,
  ElfBuildId,
  GroupName,
  HostName,
  KernelRelease,
  Machine,
  ModuleName,
} from '../../src/model/ids.ts';
import { optional } from '../../src/model/optional.ts';
import type { Failure } from '../../src/model/outcome.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { unknownNeeds } from '../../src/model/script-needs.ts';
import type { Place } from '../../src/model/source.ts';
import type { Builder, CanaryLookup, CanaryVerdict } from '../../src/plan/builds/choose-build-host.ts';
import type { Locate } from '../../src/plan/builds/plan-builds.ts';
import { type PlanInput, planPlay } from '../../src/plan/plan-play.ts';
import type { ReadyTarget, Target } from '../../src/plan/target.ts';
import type { BoundScript, KernelRule, Play, Script } from '../../src/playbook/playbook.ts';
import type { ProbedFiles, ProbedPath } from '../../src/script/read-probed-files.ts';
import { assertValidPlan } from '../support/event-validator.ts';

export const place: Place = { file: 'play.yml', line: 1, column: 1, endColumn: 2, text: '-' };

export function makeHost(name: string, host: Partial<Omit<Host, 'name'>> = {}): Host {
  const groups = ['db' as GroupName];
  return {
    name: name as HostName,
    groups,
    vars: {},
    connection: { kind: 'ssh', client: 'any', address: name, port: 22 },
    ...host,
  };
}

export function makeKernel(
  release = '6.1.0-56-cloud-amd64',
  version = '#1 SMP Debian',
  machine = 'x86_64',
): HostFacts['kernel'] {
  return { release: release as KernelRelease, machine: machine as Machine, version };
}

const debian = { id: 'debian', version: '13', like: [], name: 'Debian GNU/Linux 13 (trixie)' };

/** A target on which everything is well. */
export function makeFacts(facts: Partial<HostFacts> = {}): HostFacts {
  return {
    kernel: makeKernel(),
    os: debian,
    user: { name: 'root', uid: 0, groups: ['root'] },
    sudo: 'root',
    staprun: { path: '/usr/bin/staprun', version: '5.1', executable: true },
    kernelSettings: { modules: true, debugfs: 'mounted', tracefs: 'mounted' },
    loadedModules: ['ext4'],
    cpus: 2,
    loadAverage: [0.5, 0.5, 0.5],
    freeBytes: 1e9,
    uploadDirectory: '/tmp',
    leftovers: [],
    clockOffsetMs: 0,
    tools: { sha256: 'sha256sum' },
    ...facts,
  };
}

export function makeScript(script: Partial<Omit<Script, 'name'>> & { readonly name?: string } = {}): Script {
  return {
    place,
    source: { path: 'io.stp', text: 'probe begin { exit() }' },
    args: [],
    globals: {},
    run: { kind: 'duration', seconds: 30 },
    stapOptions: {},
    tags: [],
    ...script,
    name: (script.name ?? 'io') as ModuleName,
  };
}

export function bind(script: Script = makeScript(), bound: Partial<Omit<BoundScript, 'script'>> = {}): BoundScript {
  return { script, args: [], globals: [], ...bound };
}

export interface TargetParts {
  readonly facts?: Partial<HostFacts>;
  readonly host?: Partial<Omit<Host, 'name'>>;
  readonly scripts?: readonly BoundScript[];
  readonly probed?: readonly ProbedFiles[];
  readonly binaries?: readonly BinaryFacts[];
  readonly preconditions?: Partial<ReadyTarget['preconditions']>;
}

export function ready(
  name: string,
  { facts, host, scripts, probed, binaries, preconditions }: TargetParts = {},
): ReadyTarget {
  return {
    kind: 'ready',
    host: makeHost(name, host),
    facts: makeFacts(facts),
    preconditions: { missingPackages: [], failedCommands: [], ...preconditions },
    scripts: scripts ?? [bind()],
    probed: probed ?? (scripts ?? [bind()]).map(() => ({ paths: [], buildIds: [], unsure: [] })),
    needs: [unknownNeeds],
    ...optional('binaries', binaries),
  };
}

/** A script that has breakpoints in a file. */
export function probing(path: string, probed: Partial<ProbedPath> = {}): ProbedFiles {
  const file: ProbedPath = {
    path,
    kind: 'program',
    use: 'breakpoints',
    presence: 'certain',
    line: 1,
    col: 1,
    ...probed,
  };
  return { paths: [file], buildIds: [], unsure: [] };
}

/** A file of a host, by the beginning of its build-id. */
export function presentBinary(path: string, id: string, more: Partial<PresentBinary> = {}): PresentBinary {
  return { path, state: 'present', buildId: id.padEnd(40, '0') as ElfBuildId, ...more };
}

export function lost(kind: 'unreachable' | 'failed', name: string, failure: Failure): Target & Builder {
  return { kind, host: makeHost(name), failure };
}

export function makeTree(release = '6.1.0-56-cloud-amd64', tree: Partial<BuildTree> = {}): BuildTree {
  return {
    release: release as KernelRelease,
    headers: 'present',
    path: `/lib/modules/${release}/build`,
    identity: 'a'.repeat(64),
    ...tree,
  };
}

export function makeBuilder(name: string, facts: Partial<BuildHostFacts> = {}): Builder {
  return {
    kind: 'ready',
    host: makeHost(name, { groups: ['build_hosts' as GroupName] }),
    facts: {
      kernel: makeKernel('6.12.0'),
      os: debian,
      user: { name: 'root', uid: 0 },
      stap: { path: '/usr/bin/stap', version: '5.1', banner: 'Systemtap translator/driver (version 5.1/0.192)' },
      compiler: { path: '/usr/bin/gcc-12', version: 'gcc-12 (Debian 12.4.0-5) 12.4.0' },
      make: '/usr/bin/make',
      cpus: 4,
      buildDirectory: '/var/tmp',
      freeBytes: 1e10,
      trees: [makeTree()],
      ...facts,
    },
  };
}

/** A host that lacks stap. */
export function makeBareBuilder(name: string): Builder {
  const builder = makeBuilder(name);
  if (builder.kind !== 'ready') return builder;
  const { stap: _, ...facts } = builder.facts;
  return { ...builder, facts };
}

export function makeRule(release: string, rule: Partial<Omit<KernelRule, 'release' | 'place'>> = {}): KernelRule {
  return { place, release, stapOptions: {}, ...rule };
}

export function makePlay(play: Partial<Play> = {}): Play {
  return {
    name: 'Reads',
    place,
    hosts: { value: 'db', place },
    buildHosts: { value: 'build_hosts', place },
    kernels: [],
    buildLimits: { nice: 10 },
    serial: [],
    maxFailPercentage: 100,
    anyErrorsFatal: false,
    strategy: 'in-order',
    stopAt: {},
    onDrift: 'fail',
    preconditions: { packages: ['systemtap-runtime'], commands: [] },
    vars: {},
    tags: [],
    scripts: [makeScript()],
    ...play,
  };
}

/** A key over what decides the module, as the real one is. */
export const locate: Locate = ({ build: { module, release, args, options, binaries }, builder: { stap } }) => {
  const said = JSON.stringify([module, release, args, options, binaries, stap?.banner]);
  return { key: createHash('sha256').update(said).digest('hex') as ArtifactKey, state: 'to-build' };
};

/** Nothing is known of anybody, but what is said here by the build host's name. */
export function judging(known: Readonly<Record<string, Partial<CanaryVerdict>>> = {}): CanaryLookup {
  return ({ host, facts }) =>
    ({ key: `canary of ${facts.stap.version}` as CanaryKey, state: 'untried', ...known[host.name] }) as CanaryVerdict;
}

export interface PlanParts extends Omit<Partial<PlanInput>, 'play' | 'kernelBuilders' | 'playBuilders'> {
  readonly play?: Partial<Play>;
  readonly kernelBuilders?: Readonly<Record<number, readonly string[]>>;
  readonly playBuilders?: readonly string[];
}

export function planInput(parts: PlanParts): PlanInput {
  const builders = parts.builders ?? [makeBuilder('builder')];
  return {
    targets: parts.targets ?? [ready('db1')],
    leftOut: parts.leftOut ?? [],
    builders,
    playBuilders: (parts.playBuilders ?? builders.map(({ host }) => host.name)) as readonly HostName[],
    locate: parts.locate ?? locate,
    lookUpCanary: parts.lookUpCanary ?? judging(),
    play: makePlay(parts.play),
    kernelBuilders: new Map(
      Object.entries(parts.kernelBuilders ?? {}).map(([index, names]) => [Number(index), names as readonly HostName[]]),
    ),
  };
}

/** Plans; each plan made here has to fit its schema and to survive JSON. */
export function makePlan(parts: PlanParts): PlannedPlay {
  const plan = planPlay(planInput(parts));
  const document = { format: 'tapbook-plan/1', playbook: 'play.yml', plays: [plan] };
  assertValidPlan(document);
  const copy: unknown = JSON.parse(JSON.stringify(document));
  assertValidPlan(copy);
  if (!isDeepStrictEqual(copy, document)) throw new Error('the plan does not survive JSON');
  return plan;
}

/** What becomes of each host, a line each. */
export function decisions({ hosts }: PlannedPlay): readonly string[] {
  return hosts.map(({ name, decision }) => {
    switch (decision.kind) {
      case 'run':
        return `${name} runs ${decision.scripts.map(script => script.build).join(' ')} as ${decision.as}`;
      case 'skip':
        return `${name} skipped: ${decision.reason}`;
      case 'fail':
        return `${name} fails: ${sayFailures(decision.failures).join('; ')}`;
      case 'unreachable':
        return `${name} unreachable: ${decision.failure.cause}`;
      default:
        return decision satisfies never;
    }
  });
}

/** `cause → cure`, each. */
export function sayFailures(failures: readonly Failure[]): readonly string[] {
  return failures.map(({ cause, cure }) => (cure === undefined ? cause : `${cause} → ${cure}`));
}
