import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { BinaryFacts } from '../../model/binary.ts';
import { type CrossBuild, pickVariant } from '../../model/build-options.ts';
import type { HostName } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { BuildId, BuildPlace, KernelGroupId, PlannedBuild } from '../../model/plan.ts';
import type { BoundScript } from '../../playbook/playbook.ts';
import type { ProbedFiles } from '../../script/read-probed-files.ts';
import { type DescribedBuild, type KernelConfig, planBuild } from '../plan-script.ts';
import { type CanaryLookup, type FitBuildHost, orderPlaces } from './choose-build-host.ts';
import { crossBuild } from './cross-build.ts';
import { findLacking } from './find-lacking.ts';
import { probedBinaries, unsureBinaries } from './probed-binaries.ts';

/** Everything that decides a module's bytes, for the artifact's key. */
export interface BuildInputs {
  readonly build: DescribedBuild;
  readonly builder: BuildHostFacts;
  readonly tree: BuildTree;
  /** How the build host builds for another machine than its own. */
  readonly cross?: CrossBuild;
}

export type Locate = (inputs: BuildInputs) => PlannedBuild['artifact'];

/** A build whose build host is not decided yet. */
export interface Draft {
  readonly id: BuildId;
  /** Equal for targets that share the build. */
  readonly shareKey: string;
  readonly described: DescribedBuild;
  /** The build hosts that can make it, in the order of the pattern. */
  readonly places: readonly BuildPlace[];
  readonly hosts: HostName[];
}

/** The build of a target's module: one for each script, kernel group, arguments, probed binaries and candidates. A new one is not added yet. */
export function draftFor(
  bound: BoundScript,
  target: {
    readonly kernel: Kernel;
    readonly groupId: KernelGroupId;
    readonly config: KernelConfig;
    readonly candidates: readonly FitBuildHost[];
    readonly probed: ProbedFiles;
    /** Of its host. */
    readonly binaries: readonly BinaryFacts[] | undefined;
  },
  {
    drafts,
    ...context
  }: { readonly drafts: ReadonlyMap<string, Draft>; readonly locate: Locate; readonly lookUpCanary: CanaryLookup },
): Draft {
  const { kernel, groupId, config, candidates } = target;
  const names = candidates.map(({ host }) => host.name);
  const binaries = probedBinaries(target.probed, target.binaries);
  const shareKey = JSON.stringify([bound.script.name, groupId, bound.args, names, binaries]);
  const draft = drafts.get(shareKey);
  if (draft !== undefined) return draft;
  const base = `${bound.script.name}@${groupId}`;
  const taken = [...drafts.values()].filter(({ id }) => id === base || id.startsWith(`${base}#`)).length;
  const unsure = unsureBinaries(target.probed);
  const described = {
    ...planBuild(bound, kernel, groupId, config),
    ...(binaries.length === 0 ? {} : { binaries }),
    ...(unsure.length === 0 ? {} : { unsureBinaries: unsure }),
  };
  return {
    id: (taken === 0 ? base : `${base}#${taken + 1}`) as BuildId,
    shareKey,
    described,
    places: candidates.flatMap(candidate => placesOn(candidate, described, kernel, context)),
    hosts: [],
  };
}

/** Empty where the module is not in the cache and is known not to build. */
function placesOn(
  candidate: FitBuildHost,
  build: DescribedBuild,
  kernel: Kernel,
  { locate, lookUpCanary }: { readonly locate: Locate; readonly lookUpCanary: CanaryLookup },
): readonly BuildPlace[] {
  const { host, facts, tree } = candidate;
  const variant = pickVariant(build.options);
  const canary = Object.keys(variant).length === 0 ? candidate.canary : lookUpCanary(candidate, kernel, variant);
  const found = crossBuild(facts.kernel.machine, build.machine);
  const cross = found === 'native' || found === 'unknown' ? {} : { cross: found };
  const artifact = locate({ build, builder: facts, tree, ...cross });
  const { key, state } = canary;
  const isGood = state === 'known-good' || artifact.state === 'cached';
  if (!isGood && state !== 'untried') return [];
  const lacks = artifact.state === 'cached' ? [] : findLacking(build.binaries ?? [], facts).map(({ path }) => path);
  return [
    {
      buildHost: host.name,
      artifact,
      ...cross,
      canary: { key, state: isGood ? 'known-good' : 'untried' },
      ...(lacks.length === 0 ? {} : { lacks }),
    },
  ];
}

/**
 * Chooses each build's host and its stand-ins, so that the build hosts have about the same number of builds. Builds that
 * were assigned `earlier` may have begun, and stay where they are.
 */
export function assignBuilds(drafts: readonly Draft[], earlier: readonly PlannedBuild[] = []): readonly PlannedBuild[] {
  const buildsOn = new Map<HostName, number>();
  const before = new Map(earlier.map(build => [build.id, build.buildHost]));
  const isNew = ({ id }: Draft): number => Number(!before.has(id));
  const assigned = drafts
    .toSorted(byId)
    .toSorted((left, right) => isNew(left) - isNew(right))
    .map(({ id, described, places, hosts }) => {
      const ordered = orderPlaces(places, buildsOn);
      const first = ordered.find(({ buildHost }) => buildHost === before.get(id)) ?? ordered[0];
      if (first === undefined) throw new Error(`no build host for ${id}`);
      if (first.artifact.state !== 'cached') {
        buildsOn.set(first.buildHost, (buildsOn.get(first.buildHost) ?? 0) + 1);
      }
      return { id, ...described, ...first, alternatives: ordered.filter(place => place !== first), hosts };
    });
  return assigned.toSorted(byId);
}

export function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1;
}
