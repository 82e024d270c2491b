import type { BuildHostFacts } from '../facts/host-facts.ts';
import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../model/diagnosis.ts';
import type { Finding } from '../model/finding.ts';
import type { HostName } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Failure } from '../model/outcome.ts';
import type { Need, ScriptNeeds } from '../model/script-needs.ts';
import type { Play } from '../playbook/playbook.ts';
import { type BuildNeeds, buildNeeds } from './build-needs.ts';
import { checkBuildHost } from './check-build-host.ts';
import { checkTarget } from './check-target.ts';
import { type Builder, type Judge, noBuildHost, type SortedBuildHosts, sortBuildHosts } from './choose-build-host.ts';
import { buildersFor, type PlanInput, wishesOf } from './plan-play.ts';
import type { ReadyTarget, Target } from './target.ts';
import { fails, isUnknown, passes, warns } from './verdicts.ts';

export interface DiagnosisInput extends Omit<PlanInput, 'locate' | 'play'> {
  readonly play: Pick<Play, 'name' | 'kernels' | 'preconditions' | 'sign'>;
}

/** Every check of every host of a play, whether it holds or not: what a plan refuses hosts for, and the rest. Pure. */
export function diagnosePlay(input: DiagnosisInput): PlayDiagnosis {
  return {
    name: input.play.name,
    hosts: [
      ...input.targets.map(target => diagnoseTarget(target, input)),
      ...input.builders.map(builder => diagnoseBuilder(builder, input)),
    ],
  };
}

function diagnoseTarget(target: Target, input: DiagnosisInput): HostDiagnosis {
  const { name } = target.host;
  if (target.kind !== 'ready') return cannotTell(name, 'target', target);
  const { facts, needs } = target;
  const named = buildersFor(target, input);
  const sorted =
    named === 'no-match' ? undefined : sortBuildHosts(wishesOf(target, named.rule), named.builders, input.judge);
  const { findings } = checkTarget(target, {
    preconditions: input.play.preconditions,
    builder: sorted?.fit[0]?.facts,
    signed:
      (named === 'no-match' ? undefined : named.rule?.sign) === undefined && input.play.sign === undefined
        ? 'unsigned'
        : 'signed',
    needs,
  });
  const all = [...findings, buildHostFinding(sorted, target, input)];
  const { release, machine } = facts.kernel;
  return {
    host: name,
    role: 'target',
    result: resultOf(all),
    kernel: { release, machine },
    ...(facts.os.name === undefined ? {} : { os: facts.os.name }),
    findings: all,
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
  const { name } = builder.host;
  if (builder.kind !== 'ready') return cannotTell(name, 'build-host', builder);
  const { facts } = builder;
  const wanted = wantedOf(name, input);
  const findings =
    wanted.length === 0
      ? ownTools(facts)
      : shareCommon(
          wanted.map(({ kernel, needs }) => ({
            kernel: `${kernel.release} ${kernel.machine}`,
            findings: [...checkBuildHost(facts, kernel, needs), canaryFinding(builder, kernel, input.judge)],
          })),
        );
  const { release, machine } = facts.kernel;
  return {
    host: name,
    role: 'build-host',
    result: resultOf(findings),
    kernel: { release, machine },
    ...(facts.os.name === undefined ? {} : { os: facts.os.name }),
    findings,
  };
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
function canaryFinding({ host, facts }: Builder & { readonly kind: 'ready' }, kernel: Kernel, judge: Judge): Finding {
  const check = 'canary';
  const { stap } = facts;
  const tree = facts.trees.find(({ release }) => release === kernel.release);
  if (stap === undefined || tree === undefined) return isUnknown(check, 'not tried: it cannot build');
  const judged = judge({ host, facts: { ...facts, stap }, tree }, kernel);
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
function wantedOf(
  builder: HostName,
  input: DiagnosisInput,
): readonly { readonly kernel: Kernel; readonly needs: BuildNeeds }[] {
  const wanted = new Map<string, { readonly kernel: Kernel; readonly all: BuildNeeds[] }>();
  for (const target of input.targets) {
    if (target.kind !== 'ready') continue;
    const named = buildersFor(target, input);
    if (named === 'no-match' || !named.builders.some(({ host }) => host.name === builder)) continue;
    const { kernel } = target.facts;
    const key = JSON.stringify([kernel.release, kernel.machine, kernel.version]);
    const known = wanted.get(key) ?? { kernel, all: [] };
    known.all.push(buildNeeds(target, named.rule));
    wanted.set(key, known);
  }
  return [...wanted.values()]
    .sort((left, right) => (left.kernel.release < right.kernel.release ? -1 : 1))
    .map(({ kernel, all }) => ({ kernel, needs: strongest(all) }));
}

/** A compile server is enough only where it is for all of them. */
function strongest(all: readonly BuildNeeds[]): BuildNeeds {
  const [first] = all;
  const pick = (key: keyof ScriptNeeds): Need => {
    const found = all.map(needs => needs[key]);
    return found.find(need => need === 'yes') ?? found.find(need => need === 'unknown') ?? 'no';
  };
  return {
    kprobes: pick('kprobes'),
    uprobes: pick('uprobes'),
    tracepoints: pick('tracepoints'),
    debuginfo: pick('debuginfo'),
    symbols: pick('symbols'),
    ...(all.every(({ builtBy }) => builtBy !== undefined) ? { builtBy: 'compile-server' as const } : {}),
    ...(first?.crossCompile !== undefined && all.every(({ crossCompile }) => crossCompile === first.crossCompile)
      ? { crossCompile: first.crossCompile }
      : {}),
  };
}

function cannotTell(
  host: HostName,
  role: HostDiagnosis['role'],
  { kind, failure: { cause, cure } }: { readonly kind: 'failed' | 'unreachable'; readonly failure: Failure },
): HostDiagnosis {
  const check = kind === 'unreachable' ? 'connection' : 'probe';
  const finding: Finding = { check, status: 'failed', found: cause, ...(cure === undefined ? {} : { cure }) };
  return { host, role, result: kind, findings: [finding] };
}

function resultOf(findings: readonly Finding[]): 'ok' | 'failed' {
  return findings.some(({ status }) => status === 'failed') ? 'failed' : 'ok';
}
