import type { BuildHostFacts, BuildTree } from '../facts/host-facts.ts';
import { failuresOf } from '../model/finding.ts';
import type { HostName } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';
import type { BuildId, KernelGroup, KernelGroupId, PlannedBuild, PlannedHost, PlannedPlay } from '../model/plan.ts';
import type { BoundScript, Play } from '../playbook/playbook.ts';
import { batchHosts } from './batch-hosts.ts';
import { checkTarget, unknownNeeds } from './check-target.ts';
import { type Builder, chooseBuildHost } from './choose-build-host.ts';
import { matchKernel } from './match-kernel.ts';
import { planBuild, planScript } from './plan-script.ts';
import type { ReadyTarget, Target } from './target.ts';

export interface PlanInput {
  readonly play: Play;
  /** In the order of selection. */
  readonly targets: readonly Target[];
  /** Every build host that the play or one of its kernels names, in the order of selection. */
  readonly builders: readonly Builder[];
  /** The build hosts that the play's pattern names. */
  readonly playBuilders: readonly HostName[];
  /** The build hosts of each entry of `kernels` that has a pattern of its own, by the entry's index. */
  readonly kernelBuilders: ReadonlyMap<number, readonly HostName[]>;
  /** Where a build's module is or will be in the cache. */
  readonly locate: Locate;
}

/** Everything that decides a module's bytes, for the artifact's key. */
export interface BuildInputs {
  readonly build: Omit<PlannedBuild, 'artifact' | 'hosts' | 'id'>;
  readonly builder: BuildHostFacts;
  readonly tree: BuildTree;
}

export type Locate = (inputs: BuildInputs) => PlannedBuild['artifact'];

/** Decides what is built where, who runs what and in which order, and who is left out and why. Pure. */
export function planPlay(input: PlanInput): PlannedPlay {
  const builds = new Map<string, MutableBuild>();
  const groups = new Map<KernelGroupId, MutableGroup>();
  const hosts = input.targets.map(target => planHost(target, input, builds, groups));
  const running = hosts.filter(host => host.decision.kind === 'run').map(host => host.name);
  const { play } = input;
  return {
    name: play.name,
    pattern: play.hosts.value,
    kernelGroups: [...groups.values()].sort(byId),
    builds: [...builds.values()].sort(byId),
    hosts,
    batches: batchHosts(running, play.serial),
    rollout: {
      strategy: play.strategy,
      maxFailPercentage: play.maxFailPercentage,
      anyErrorsFatal: play.anyErrorsFatal,
    },
  };
}

type MutableBuild = Omit<PlannedBuild, 'hosts'> & { hosts: HostName[] };
type MutableGroup = Omit<KernelGroup, 'hosts'> & { hosts: HostName[] };

function planHost(
  target: Target,
  input: PlanInput,
  builds: Map<string, MutableBuild>,
  groups: Map<KernelGroupId, MutableGroup>,
): PlannedHost {
  const { name, groups: inGroups } = target.host;
  if (target.kind === 'unreachable') {
    return { name, groups: inGroups, decision: { kind: 'unreachable', failure: target.failure } };
  }
  if (target.kind === 'failed') {
    return { name, groups: inGroups, decision: { kind: 'fail', failures: [target.failure] } };
  }

  const { release, machine } = target.facts.kernel;
  const planned = { name, groups: inGroups, kernelGroup: `${release}/${machine}` as KernelGroupId };
  const rule = matchKernel(input.play.kernels, release, machine);
  if (rule === 'no-match') {
    return {
      ...planned,
      decision: { kind: 'skip', reason: `kernel ${release} (${machine}) fits no entry of kernels` },
    };
  }
  if (target.scripts.length === 0)
    return { ...planned, decision: { kind: 'skip', reason: 'no script of it is selected' } };

  const candidates = input.kernelBuilders.get(rule.index) ?? input.playBuilders;
  const chosen = chooseBuildHost(
    target.facts.kernel,
    input.builders.filter(builder => candidates.includes(builder.host.name)),
  );
  const { as, findings } = checkTarget(target, {
    preconditions: input.play.preconditions,
    builder: chosen.kind === 'chosen' ? chosen.facts : undefined,
    signed: 'unsigned',
    needs: unknownNeeds,
  });
  const failures = failuresOf(findings);
  if (chosen.kind === 'none') failures.push(chosen.failure);
  const [first, ...others] = failures;
  if (first !== undefined) return { ...planned, decision: { kind: 'fail', failures: [first, ...others] } };
  if (chosen.kind === 'none') throw new Error('a host without a build host has no failure');

  const group = groupFor(target.facts.kernel, chosen.tree, groups);
  group.hosts.push(name);
  const scripts = target.scripts.map(bound => {
    const build = buildFor(bound, target, { chosen, rule: rule.rule, groupId: group.id, input, builds });
    return planScript(bound, build.id);
  });
  return { ...planned, kernelGroup: group.id, decision: { kind: 'run', as, scripts } };
}

/**
 * The group of a kernel. Where the tree carries UTS_VERSION, kernels of one release but another `uname -v` need modules
 * of their own: the second such group has `/2` behind its id.
 */
function groupFor(
  { release, machine, version }: Kernel,
  { utsVersion }: BuildTree,
  groups: Map<KernelGroupId, MutableGroup>,
): MutableGroup {
  const stamp = utsVersion === undefined ? undefined : version;
  for (let number = 1; ; number++) {
    const id = `${release}/${machine}${number === 1 ? '' : `/${number}`}` as KernelGroupId;
    const group = groups.get(id);
    if (group !== undefined && group.version !== stamp) continue;
    if (group !== undefined) return group;
    const made = { id, release, machine, ...(stamp === undefined ? {} : { version: stamp }), hosts: [] };
    groups.set(id, made);
    return made;
  }
}

/** The build that makes this host's module: one for each script, kernel group and list of arguments. */
function buildFor(
  bound: BoundScript,
  target: ReadyTarget,
  context: {
    chosen: Extract<ReturnType<typeof chooseBuildHost>, { kind: 'chosen' }>;
    rule: Play['kernels'][number] | undefined;
    groupId: KernelGroupId;
    input: PlanInput;
    builds: Map<string, MutableBuild>;
  },
): MutableBuild {
  const { chosen, rule, groupId, input, builds } = context;
  const same = JSON.stringify([bound.script.name, groupId, bound.args]);
  let build = builds.get(same);
  if (build === undefined) {
    const base = `${bound.script.name}@${groupId}`;
    const taken = [...builds.values()].filter(other => other.id === base || other.id.startsWith(`${base}#`)).length;
    const described = planBuild(bound, target.facts.kernel, groupId, chosen.host.name, rule);
    build = {
      ...described,
      id: (taken === 0 ? base : `${base}#${taken + 1}`) as BuildId,
      artifact: input.locate({ build: described, builder: chosen.facts, tree: chosen.tree }),
      hosts: [],
    };
    builds.set(same, build);
  }
  build.hosts.push(target.host.name);
  return build;
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1;
}
