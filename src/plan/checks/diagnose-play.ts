import type { BuildHostFacts } from '../../facts/host-facts.ts';
import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../model/diagnosis.ts';
import type { Finding } from '../../model/finding.ts';
import type { Host } from '../../model/host.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { type BuildNeeds, buildNeeds, joinBuildNeeds } from '../builds/build-needs.ts';
import {
  type Builder,
  type CanaryLookup,
  createSorter,
  noBuildHost,
  type SortBuildHosts,
  type SortedBuildHosts,
  type WantedBuild,
} from '../builds/choose-build-host.ts';
import { nameBuildHosts } from '../builds/name-build-hosts.ts';
import type { PlanInput } from '../plan-play.ts';
import type { ReadyTarget, Target } from '../target.ts';
import { checkBuildHost } from './check-build-host.ts';
import { examineTarget } from './examine-target.ts';
import { fails, isUnknown, passes, warns } from './verdicts.ts';

export interface DiagnosisInput extends Omit<PlanInput, 'locate' | 'play'> {
  readonly play: Pick<PlannablePlay, 'name' | 'kernels' | 'preconditions' | 'sign'>;
}

/** Every check of every host of a play, whether it holds or not: what a plan refuses hosts for, and the rest. Pure. */
export function diagnosePlay(input: DiagnosisInput): PlayDiagnosis {
  const sort = createSorter(input.judge);
  return {
    name: input.play.name,
    hosts: [
      ...input.targets.map(target => diagnoseTarget(target, { ...input, sort })),
      ...input.builders.map(builder => diagnoseBuilder(builder, input)),
    ],
  };
}

function diagnoseTarget(target: Target, input: DiagnosisInput & { readonly sort: SortBuildHosts }): HostDiagnosis {
  if (target.kind !== 'ready') return cannotTell('target', target);
  const named = nameBuildHosts(target, input);
  const { sorted, findings } = examineTarget(target, named, input);
  return tell('target', target, [
    ...findings,
    buildHostFinding(named === 'no-match' ? undefined : sorted, target, input),
  ]);
}

/** A host that was asked, with what was found. */
function tell(
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

/** Who would build for a target. */
function buildHostFinding(
  sorted: SortedBuildHosts | undefined,
  { facts: { kernel } }: ReadyTarget,
  { builders }: DiagnosisInput,
): Finding {
  const check = 'build-host';
  if (sorted === undefined) {
    return warns(check, `${kernel.release} (${kernel.machine}) fits no entry of kernels: it would be skipped`);
  }
  const able = sorted.told.flatMap(one => (one.state === 'unfit' ? [] : [`${one.name} (stap ${one.stap})`]));
  if (able.length > 0) return passes(check, able.join(', '));
  if (builders.length === 0) return isUnknown(check, 'no build host was named');
  const { cause, cure } = noBuildHost(kernel, sorted.told);
  return fails(check, cause, { cure });
}

function diagnoseBuilder(builder: Builder, input: DiagnosisInput): HostDiagnosis {
  if (builder.kind !== 'ready') return cannotTell('build-host', builder);
  const { facts } = builder;
  const wanted = wantedOf(builder, input);
  if (wanted.length === 0) return tell('build-host', builder, ownTools(facts));
  const perKernel = wanted.map(({ kernel, needs }) => ({
    kernel: `${kernel.release} ${kernel.machine}`,
    findings: [...checkBuildHost(facts, kernel, needs), canaryFinding(builder, { kernel, needs }, input.judge)],
  }));
  return tell('build-host', builder, shareCommon(perKernel));
}

/** Where no target's kernel is known: what does not depend on one. */
function ownTools(facts: BuildHostFacts): readonly HostFinding[] {
  const none = { debuginfo: 'no', symbols: 'no' } as const;
  const ofNoKernel = new Set(['stap', 'compiler', 'make', 'disk', 'memory']);
  return [
    ...checkBuildHost(facts, facts.kernel, none).filter(({ check }) => ofNoKernel.has(check)),
    isUnknown('headers', 'no target tells for which kernel'),
  ];
}

/** What is known of SystemTap there and a kernel. */
function canaryFinding(
  { host, facts }: Builder & { readonly kind: 'ready' },
  { kernel, needs }: WantedBuild,
  judge: CanaryLookup,
): Finding {
  const check = 'canary';
  if (needs.builtBy === 'compile-server') return isUnknown(check, 'a compile server builds');
  const { stap } = facts;
  const tree = facts.trees.find(({ release }) => release === kernel.release);
  if (stap === undefined || tree === undefined) return isUnknown(check, 'not tried: it cannot build');
  const judged = judge({ host, facts: { ...facts, stap }, tree }, kernel, {});
  switch (judged.state) {
    case 'known-good':
      return passes(check, `SystemTap ${stap.version} has built for it`);
    case 'untried':
      return isUnknown(
        check,
        `SystemTap ${stap.version} has not been tried yet: the first build begins with a minimal script`,
      );
    case 'known-bad':
    case 'dangerous':
      return fails(check, judged.failure.cause, { cure: judged.failure.cure });
    default:
      return judged satisfies never;
  }
}

/** What is the same for every kernel is said once, without a kernel. */
function shareCommon(
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

/** The kernels that a build host is wanted for, each once, with what the scripts for it need together. */
function wantedOf(builder: Builder, input: DiagnosisInput): readonly WantedBuild[] {
  const wanted = new Map<string, { readonly kernel: Kernel; readonly all: BuildNeeds[] }>();
  for (const target of input.targets) {
    if (target.kind !== 'ready') continue;
    const named = nameBuildHosts(target, input);
    if (named === 'no-match' || !named.builders.includes(builder)) continue;
    const { kernel } = target.facts;
    const key = JSON.stringify([kernel.release, kernel.machine, kernel.version]);
    const known = wanted.get(key) ?? { kernel, all: [] };
    known.all.push(buildNeeds(target, named));
    wanted.set(key, known);
  }
  return [...wanted.values()]
    .sort((left, right) => (left.kernel.release < right.kernel.release ? -1 : 1))
    .map(({ kernel, all }) => ({ kernel, needs: joinBuildNeeds(all) }));
}

function cannotTell(
  role: HostDiagnosis['role'],
  { kind, host, failure: { cause, cure } }: Exclude<Target, ReadyTarget>,
): HostDiagnosis {
  const check = kind === 'unreachable' ? 'connection' : 'probe';
  return { host: host.name, role, result: kind, findings: [fails(check, cause, { cure })] };
}
