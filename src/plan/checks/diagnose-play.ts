import type { BuildHostFacts } from '../../facts/host-facts.ts';
import type { PresentBinary } from '../../model/binary.ts';
import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../model/diagnosis.ts';
import type { Finding } from '../../model/finding.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { type BuildNeeds, buildNeeds, joinBuildNeeds } from '../builds/build-needs.ts';
import {
  type Builder,
  type CanaryLookup,
  createBuildHostSorter,
  noBuildHost,
  type SortBuildHosts,
  type SortedBuildHosts,
  type WantedBuild,
} from '../builds/choose-build-host.ts';
import { nameBuildHosts } from '../builds/name-build-hosts.ts';
import type { PlanInput } from '../plan-play.ts';
import type { ReadyTarget, Target } from '../target.ts';
import { checkBuildHost } from './check-build-host.ts';
import { checkBuilderBinaries } from './check-builder-binaries.ts';
import { checkMarkers, type ReadBinary } from './check-markers.ts';
import { examineTarget } from './examine-target.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

export interface DiagnosisInput extends Omit<PlanInput, 'locate' | 'play'> {
  readonly play: Pick<PlannablePlay, 'name' | 'kernels' | 'preconditions' | 'sign' | 'staleProcesses'> & {
    readonly buildLimits?: Pick<PlannablePlay['buildLimits'], 'binaries'>;
  };
  /** What the files of targets have of what their scripts name. */
  readonly read?: ReadonlyMap<HostName, readonly ReadBinary[]>;
}

/** Every check of every host of a play, passed or not; a plan refuses hosts by the same ones. Pure. */
export function diagnosePlay(input: DiagnosisInput): PlayDiagnosis {
  const sort = createBuildHostSorter(input.lookUpCanary);
  return {
    name: input.play.name,
    hosts: [
      ...input.targets.map(target => diagnoseTarget(target, { ...input, sort })),
      ...input.builders.map(builder => diagnoseBuilder(builder, input)),
    ],
  };
}

function diagnoseTarget(target: Target, input: DiagnosisInput & { readonly sort: SortBuildHosts }): HostDiagnosis {
  if (target.kind !== 'ready') return undiagnosed('target', target);
  const named = nameBuildHosts(target, input);
  const { sorted, findings } = examineTarget(target, named, input);
  return diagnosisOf('target', target, [
    ...findings,
    ...checkMarkers(input.read?.get(target.host.name) ?? []),
    buildHostFinding(named === 'no-match' ? undefined : sorted, target, input),
  ]);
}

function diagnosisOf(
  role: HostDiagnosis['role'],
  { host, facts: { kernel, os } }: { readonly host: Host; readonly facts: Pick<BuildHostFacts, 'kernel' | 'os'> },
  findings: readonly HostFinding[],
): HostDiagnosis {
  return {
    host: host.name,
    role,
    result: findings.some(({ status }) => status === 'failed') ? 'failed' : 'ok',
    kernel: { release: kernel.release, machine: kernel.machine },
    ...(os.name === undefined ? {} : { os: os.name }),
    findings,
  };
}

/** Which build hosts could build for a target. */
function buildHostFinding(
  sorted: SortedBuildHosts | undefined,
  { facts: { kernel } }: ReadyTarget,
  { builders }: DiagnosisInput,
): Finding {
  const check = 'build-host';
  if (sorted === undefined) {
    return warns(check, `${kernel.release} (${kernel.machine}) fits no entry of kernels: it would be skipped`);
  }
  const able = sorted.states.flatMap(one => (one.state === 'unfit' ? [] : [`${one.name} (stap ${one.stap})`]));
  if (able.length > 0) return passes(check, able.join(', '));
  if (builders.length === 0) return staysUnknown(check, 'no build host was named');
  const { cause, cure } = noBuildHost(kernel, sorted.states);
  // One that does not answer may have all that is needed.
  const unseen = builders.filter(
    ({ kind, host }) => kind !== 'ready' && sorted.states.some(({ name }) => name === host.name),
  );
  if (unseen.length === 0) return fails(check, cause, { cure });
  const who = unseen.map(({ host }) => host.name).join(', ');
  const others = sorted.states.length > unseen.length ? ', and no other one can build' : '';
  return staysUnknown(check, `${who} does not say what it has for ${kernel.release}${others}`);
}

function diagnoseBuilder(builder: Builder, input: DiagnosisInput): HostDiagnosis {
  if (builder.kind !== 'ready') return undiagnosed('build-host', builder);
  const { facts } = builder;
  const wanted = wantedOf(builder, input);
  if (wanted.length === 0) return diagnosisOf('build-host', builder, kernelIndependentFindings(facts));
  const policy = input.play.buildLimits?.binaries;
  const perKernel = wanted.map(({ kernel, needs, binaries }) => ({
    kernel: `${kernel.release} ${kernel.machine}`,
    findings: [
      ...checkBuildHost(facts, kernel, needs),
      ...(needs.builtBy === undefined ? checkBuilderBinaries(binaries, facts, policy) : []),
      canaryFinding(builder, { kernel, needs }, input.lookUpCanary),
    ],
  }));
  return diagnosisOf('build-host', builder, mergeCommon(perKernel));
}

/** For a build host when no target's kernel is known. */
function kernelIndependentFindings(facts: BuildHostFacts): readonly HostFinding[] {
  const none = { debuginfo: 'no', symbols: 'no' } as const;
  const independent = new Set(['stap', 'compiler', 'make', 'disk', 'memory']);
  // Headers may bring a compiler of their own, and a compile server needs neither.
  const perhaps = new Set(['compiler', 'make']);
  return [
    ...checkBuildHost(facts, facts.kernel, none)
      .filter(({ check }) => independent.has(check))
      .map(finding => (perhaps.has(finding.check) && finding.status === 'failed' ? isItNeeded(finding) : finding)),
    staysUnknown('headers', 'no target tells for which kernel'),
  ];
}

function isItNeeded({ check, found }: Finding): Finding {
  return staysUnknown(check as 'compiler' | 'make', `${found}; no target tells whether it is needed`);
}

/** What earlier canaries found of its SystemTap and a kernel. */
function canaryFinding(
  { host, facts }: Builder & { readonly kind: 'ready' },
  { kernel, needs }: WantedBuild,
  lookUpCanary: CanaryLookup,
): Finding {
  const check = 'canary';
  if (needs.builtBy === 'compile-server') return staysUnknown(check, 'a compile server builds');
  const { stap } = facts;
  const tree = facts.trees.find(({ release }) => release === kernel.release);
  if (stap === undefined || tree === undefined) return staysUnknown(check, 'not tried: it cannot build');
  const verdict = lookUpCanary({ host, facts: { ...facts, stap }, tree }, kernel, {});
  switch (verdict.state) {
    case 'known-good':
      return passes(check, `SystemTap ${stap.version} has built for it`);
    case 'untried':
      return staysUnknown(
        check,
        `SystemTap ${stap.version} has not been tried yet: the first build begins with a minimal script`,
      );
    case 'known-bad':
    case 'dangerous':
      return fails(check, verdict.failure.cause, { cure: verdict.failure.cure });
    default:
      return verdict satisfies never;
  }
}

/** Findings that are the same for every kernel are given once, without a kernel. */
function mergeCommon(
  perKernel: readonly { readonly kernel: string; readonly findings: readonly Finding[] }[],
): readonly HostFinding[] {
  const [first] = perKernel;
  if (first === undefined) return [];
  const texts = perKernel.map(({ findings }) => new Set(findings.map(finding => JSON.stringify(finding))));
  const isCommon = (finding: Finding): boolean => texts.every(set => set.has(JSON.stringify(finding)));
  return [
    ...first.findings.filter(finding => perKernel.length > 1 && isCommon(finding)),
    ...perKernel.flatMap(({ kernel, findings }) =>
      findings.filter(finding => perKernel.length === 1 || !isCommon(finding)).map(finding => ({ ...finding, kernel })),
    ),
  ];
}

/** What a build host would build for: `binaries` are those of targets, each build-id of a path once. */
interface WantedOnBuilder extends WantedBuild {
  readonly binaries: readonly PresentBinary[];
}

/** The kernels that a build host would build for, each once, with the joint needs of the scripts for it. */
function wantedOf(builder: Builder, input: DiagnosisInput): readonly WantedOnBuilder[] {
  const wanted = new Map<
    string,
    { readonly kernel: Kernel; readonly all: BuildNeeds[]; readonly binaries: Map<string, PresentBinary> }
  >();
  for (const target of input.targets) {
    if (target.kind !== 'ready') continue;
    const named = nameBuildHosts(target, input);
    if (named === 'no-match' || !named.builders.includes(builder)) continue;
    const { kernel } = target.facts;
    const key = JSON.stringify([kernel.release, kernel.machine, kernel.version]);
    const known = wanted.get(key) ?? { kernel, all: [] as BuildNeeds[], binaries: new Map<string, PresentBinary>() };
    known.all.push(buildNeeds(target, named));
    for (const one of breakpointFiles(target)) known.binaries.set(JSON.stringify([one.path, one.buildId]), one);
    wanted.set(key, known);
  }
  return [...wanted.values()]
    .sort((left, right) => (left.kernel.release < right.kernel.release ? -1 : 1))
    .map(({ kernel, all, binaries }) => ({
      kernel,
      needs: joinBuildNeeds(all),
      binaries: [...binaries.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one),
    }));
}

function breakpointFiles({ probed, binaries = [] }: ReadyTarget): readonly PresentBinary[] {
  const paths = new Set(
    probed.flatMap(files => files.paths.flatMap(({ path, use }) => (use === 'breakpoints' ? [path] : []))),
  );
  return binaries.flatMap(one => (one.state === 'present' && paths.has(one.path) ? [one] : []));
}

function undiagnosed(
  role: HostDiagnosis['role'],
  { kind, host, failure: { cause, cure } }: Exclude<Target, ReadyTarget>,
): HostDiagnosis {
  const check = kind === 'unreachable' ? 'connection' : 'probe';
  return { host: host.name, role, result: kind, findings: [fails(check, cause, { cure })] };
}
