import { failuresOf } from '../model/finding.ts';
import type { HostName } from '../model/ids.ts';
import type { Kernel } from '../model/kernel.ts';
import { optional } from '../model/optional.ts';
import type { Failure } from '../model/outcome.ts';
import type {
  KernelBuildHost,
  KernelGroup,
  KernelGroupId,
  PlannedBuild,
  PlannedHost,
  PlannedPlay,
  Watch,
} from '../model/plan.ts';
import type { PlannablePlay } from '../playbook/playbook.ts';
import {
  type CanaryLookup,
  createBuildHostSorter,
  type FitBuildHost,
  noBuildHost,
  type SortBuildHosts,
  type SortedBuildHosts,
} from './builds/choose-build-host.ts';
import { type BuildHostNames, nameBuildHosts } from './builds/name-build-hosts.ts';
import { assignBuilds, byId, type Draft, draftFor, type Locate } from './builds/plan-builds.ts';
import { majorOf } from './checks/check-runtime.ts';
import { examineTarget, findBuildHosts } from './checks/examine-target.ts';
import { findStaleProcesses, skipStale } from './checks/stale-processes.ts';
import { planOutputs } from './plan-outputs.ts';
import { planScript } from './plan-script.ts';
import { planRollout } from './rollout/plan-rollout.ts';
import { createRunOnce, type RunOnce } from './rollout/run-once.ts';
import type { Target } from './target.ts';

export interface PlanInput extends BuildHostNames {
  readonly play: PlannablePlay;
  /** In the order of selection. */
  readonly targets: readonly Target[];
  /** Hosts before --start-at, which were not probed. */
  readonly leftOut?: readonly PlannedHost[];
  /** The key and state of a build's module in the cache. */
  readonly locate: Locate;
  /** What earlier canaries found of a build host's SystemTap and a kernel. */
  readonly lookUpCanary: CanaryLookup;
  /** What was planned when only some of the targets had answered: its builds keep their names and build hosts. */
  readonly earlier?: {
    /** The targets in the order in which they were planned. */
    readonly order: readonly HostName[];
    readonly builds: readonly PlannedBuild[];
  };
}

/** Decides what is built where, which hosts run what and in which order, and which are left out and why. Pure. */
export function planPlay(input: PlanInput): PlannedPlay {
  if (input.play.scripts.some(({ unknown }) => unknown !== undefined)) throw new Error('a script is not known whole');
  const planning: Planning = {
    ...input,
    sort: createBuildHostSorter(input.lookUpCanary),
    groups: new Map(),
    drafts: new Map(),
    once: createRunOnce(),
  };
  const hosts = [...(input.leftOut ?? []), ...planTargets(input, planning)];
  const builds = assignBuilds([...planning.drafts.values()], input.earlier?.builds);
  const { play } = input;
  const outputs = planOutputs(play, hosts);
  return {
    name: play.name,
    pattern: play.hosts.value,
    kernelGroups: [...planning.groups.values()].sort(byId).map(group => withoutUnsuited(group, builds)),
    builds,
    hosts,
    ...planRollout(play, hosts),
    ...planWatch(play),
    ...optional('staleProcesses', play.staleProcesses),
    buildLimits: play.buildLimits,
    ...(outputs.length === 0 ? {} : { outputs }),
  };
}

function planWatch({ preconditions: { maxLoadPerCpu }, stopAt }: PlannablePlay): Pick<PlannedPlay, 'watch'> {
  const watch: Watch = {
    ...(maxLoadPerCpu === undefined ? {} : { maxLoadPerCpu }),
    ...(stopAt.loadPerCpu === undefined ? {} : { stopAtLoadPerCpu: stopAt.loadPerCpu }),
    ...(stopAt.freeMemoryBytes === undefined ? {} : { stopAtFreeMemoryBytes: stopAt.freeMemoryBytes }),
  };
  return Object.keys(watch).length === 0 ? {} : { watch };
}

/**
 * Whether every target with scripts has a build host among these builders, by facts that may be old: if not, they are
 * probed anew, since a build host that could not build may have been fixed.
 */
export function hasBuildHosts(input: PlanInput): boolean {
  const sort = createBuildHostSorter(input.lookUpCanary);
  return input.targets.every(target => {
    if (target.kind !== 'ready' || target.scripts.length === 0) return true;
    const named = nameBuildHosts(target, input);
    return (
      named === 'no-match' ||
      findBuildHosts(target, named, sort).suited.some(({ canary }) => canary.state !== 'known-bad')
    );
  });
}

interface Planning extends PlanInput {
  readonly sort: SortBuildHosts;
  readonly groups: Map<KernelGroupId, MutableGroup>;
  readonly drafts: Map<string, Draft>;
  readonly once: RunOnce;
}

type MutableGroup = Omit<KernelGroup, 'hosts'> & { hosts: HostName[] };

/** Numbers of kernel groups and builds are given in the order of planning: what was planned earlier comes first. */
function planTargets({ targets, earlier }: PlanInput, planning: Planning): readonly PlannedHost[] {
  const rank = new Map(earlier?.order.map((name, index) => [name, index]));
  const rankOf = ({ host }: Target): number => rank.get(host.name) ?? rank.size;
  const planned = new Map(
    targets
      .toSorted((left, right) => rankOf(left) - rankOf(right))
      .map(target => [target, planHost(target, planning)] as const),
  );
  return targets.flatMap(target => planned.get(target) ?? []);
}

function planHost(selected: Target, planning: Planning): PlannedHost {
  const { name, groups: inGroups } = selected.host;
  const target = planning.once.withoutClaimed(selected);
  if (target.kind === 'unreachable') {
    return { name, groups: inGroups, decision: { kind: 'unreachable', failure: target.failure } };
  }
  if (target.kind === 'failed') {
    return { name, groups: inGroups, decision: { kind: 'fail', failures: [target.failure] } };
  }

  const { release, machine } = target.facts.kernel;
  const planned = { name, groups: inGroups, kernelGroup: `${release}/${machine}` as KernelGroupId };
  const named = nameBuildHosts(target, planning);
  if (named === 'no-match') {
    return {
      ...planned,
      decision: { kind: 'skip', reason: `kernel ${release} (${machine}) fits no entry of kernels` },
    };
  }
  if (target.scripts.length === 0)
    return { ...planned, decision: { kind: 'skip', reason: planning.once.explainNone(selected) } };

  const { sorted, candidates, as, findings } = examineTarget(target, named, planning);
  const group = groupFor(target.facts.kernel, candidates, sorted, planning.groups);
  const { facts, binaries } = target;
  const drafts = target.scripts.map((bound, index) => {
    const probed = target.probed[index];
    if (probed === undefined) throw new Error(`nothing says what ${bound.script.name} probes`);
    const asked = { kernel: facts.kernel, candidates, config: named, groupId: group.id, probed, binaries };
    return draftFor(bound, asked, planning);
  });
  const failures: Failure[] = failuresOf(findings);
  if (drafts.some(({ places }) => places.length === 0)) failures.push(noBuildHost(target.facts.kernel, sorted.states));
  const [first, ...others] = failures;
  if (first !== undefined) return { ...planned, decision: { kind: 'fail', failures: [first, ...others] } };
  // Under another policy it has failed.
  const stale = findStaleProcesses(target);
  if (stale !== undefined) return { ...planned, decision: skipStale(stale) };

  planning.groups.set(group.id, group);
  group.hosts.push(name);
  const scripts = target.scripts.map((bound, index) => {
    const draft = drafts[index];
    if (draft === undefined) throw new Error('a script without a build');
    planning.drafts.set(draft.shareKey, draft);
    draft.hosts.push(name);
    planning.once.claim(bound, name);
    return planScript(bound, draft.id);
  });
  return { ...planned, kernelGroup: group.id, decision: { kind: 'run', as, scripts } };
}

/** Marks as unfit the build hosts of a group whose modules none of its targets can run. */
function withoutUnsuited(group: KernelGroup, builds: readonly PlannedBuild[]): KernelGroup {
  const places = builds.flatMap(build => (build.kernelGroup === group.id ? [build, ...build.alternatives] : []));
  const buildHosts = group.buildHosts.map((host): KernelBuildHost => {
    if (host.state === 'unfit' || places.some(({ buildHost }) => buildHost === host.name)) return host;
    const major = majorOf(host.stap);
    const cause = `what SystemTap ${host.stap} builds needs a staprun ${major}.x, which no target here has`;
    return { name: host.name, state: 'unfit', failure: { stage: 'plan', cause } };
  });
  return { ...group, buildHosts };
}

/**
 * The group of a kernel; a new one is not added to `groups` yet. Where a tree carries UTS_VERSION, kernels of one release
 * but with another `uname -v` need modules of their own: the second such group ends in `/2`.
 */
function groupFor(
  { release, machine, version }: Kernel,
  candidates: readonly FitBuildHost[],
  { states }: SortedBuildHosts,
  groups: ReadonlyMap<KernelGroupId, MutableGroup>,
): MutableGroup {
  const stamp = candidates.some(({ tree }) => tree.utsVersion !== undefined) ? version : undefined;
  for (let number = 1; ; number++) {
    const id = `${release}/${machine}${number === 1 ? '' : `/${number}`}` as KernelGroupId;
    const group = groups.get(id);
    if (group !== undefined && group.version !== stamp) continue;
    if (group !== undefined) return group;
    return { id, release, machine, ...(stamp === undefined ? {} : { version: stamp }), hosts: [], buildHosts: states };
  }
}
