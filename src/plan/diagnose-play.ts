import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../model/diagnosis.ts';
import type { Finding } from '../model/finding.ts';
import type { HostName } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';
import type { Failure } from '../model/outcome.ts';
import type { Play } from '../playbook/playbook.ts';
import { checkBuildHost } from './check-build-host.ts';
import { checkTarget, unknownNeeds } from './check-target.ts';
import { type Builder, chooseBuildHost } from './choose-build-host.ts';
import { matchKernel } from './match-kernel.ts';
import type { PlanInput } from './plan-play.ts';
import type { ReadyTarget, Target } from './target.ts';

export interface DiagnosisInput extends Omit<PlanInput, 'locate' | 'play'> {
  readonly play: Pick<Play, 'name' | 'kernels' | 'preconditions'>;
}

/** Every check of every host of a play, whether it holds or not: what a plan refuses hosts for, and the rest. Pure. */
export function diagnosePlay(input: DiagnosisInput): PlayDiagnosis {
  return {
    name: input.play.name,
    hosts: [
      ...input.targets.map(target => diagnoseTarget(target, input)),
      ...input.builders.map(builder => diagnoseBuilder(builder, kernelsFor(builder.host.name, input))),
    ],
  };
}

function diagnoseTarget(target: Target, input: DiagnosisInput): HostDiagnosis {
  const { name } = target.host;
  if (target.kind !== 'ready') return cannotTell(name, 'target', target);
  const { facts } = target;
  const candidates = candidatesFor(target, input);
  const chosen =
    candidates === 'no-match'
      ? undefined
      : chooseBuildHost(
          facts.kernel,
          input.builders.filter(({ host }) => candidates.includes(host.name)),
        );
  const { findings } = checkTarget(target, {
    preconditions: input.play.preconditions,
    builder: chosen?.kind === 'chosen' ? chosen.facts : undefined,
    signed: 'unsigned',
    needs: unknownNeeds,
  });
  const { release, machine } = facts.kernel;
  return {
    host: name,
    role: 'target',
    result: resultOf(findings),
    kernel: { release, machine },
    ...(facts.os.name === undefined ? {} : { os: facts.os.name }),
    findings: [...findings, buildHostFinding(chosen, target, input)],
  };
}

/** Who would build for a target. That nobody can is told in full at the build hosts' own rows. */
function buildHostFinding(
  chosen: ReturnType<typeof chooseBuildHost> | undefined,
  { facts }: ReadyTarget,
  { builders }: DiagnosisInput,
): Finding {
  const check = 'build-host';
  if (chosen === undefined) {
    const { release, machine } = facts.kernel;
    return { check, status: 'warning', found: `${release} (${machine}) fits no entry of kernels: it would be skipped` };
  }
  if (chosen.kind === 'chosen') {
    return { check, status: 'ok', found: `${chosen.host.name} builds for it with stap ${chosen.facts.stap.version}` };
  }
  if (builders.length === 0) return { check, status: 'unknown', found: 'no build host was named' };
  const { cause, cure } = chosen.failure;
  return { check, status: 'failed', found: cause, ...(cure === undefined ? {} : { cure }) };
}

function diagnoseBuilder(builder: Builder, kernels: readonly Kernel[]): HostDiagnosis {
  const { name } = builder.host;
  if (builder.kind !== 'ready') return cannotTell(name, 'build-host', builder);
  const { facts } = builder;
  const findings = shareCommon(
    kernels.map(kernel => ({
      kernel: `${kernel.release} ${kernel.machine}`,
      findings: checkBuildHost(facts, kernel),
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

/** The kernels that a build host is wanted for, each once. */
function kernelsFor(builder: HostName, input: DiagnosisInput): readonly Kernel[] {
  const kernels = new Map<string, Kernel>();
  for (const target of input.targets) {
    if (target.kind !== 'ready') continue;
    const candidates = candidatesFor(target, input);
    if (candidates === 'no-match' || !candidates.includes(builder)) continue;
    const { kernel } = target.facts;
    kernels.set(JSON.stringify([kernel.release, kernel.machine, kernel.version]), kernel);
  }
  return [...kernels.values()].sort((left, right) => (left.release < right.release ? -1 : 1));
}

function candidatesFor({ facts }: ReadyTarget, input: DiagnosisInput): readonly HostName[] | 'no-match' {
  const rule = matchKernel(input.play.kernels, facts.kernel.release, facts.kernel.machine);
  if (rule === 'no-match') return rule;
  return input.kernelBuilders.get(rule.index) ?? input.playBuilders;
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
