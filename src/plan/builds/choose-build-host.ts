import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { Asked } from '../../model/asked.ts';
import type { BuildVariant } from '../../model/build-options.ts';
import { failuresOf } from '../../model/finding.ts';
import type { Host } from '../../model/host.ts';
import type { CanaryKey, HostName } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, KernelBuildHost } from '../../model/plan.ts';
import { checkBuildHost } from '../checks/check-build-host.ts';
import type { BuildNeeds } from './build-needs.ts';

/** A build host and the result of its probe. */
export type Builder = Asked<{ readonly facts: BuildHostFacts }>;

/** A build host that has all that builds for a kernel need. */
export interface FitBuildHost {
  readonly host: Host;
  readonly facts: BuildHostFacts & { readonly stap: NonNullable<BuildHostFacts['stap']> };
  readonly tree: BuildTree;
  readonly canary: CanaryVerdict;
}

/** What is known before any build of a build host's SystemTap and a kernel. */
export type CanaryVerdict =
  | { readonly key: CanaryKey; readonly state: 'known-good' | 'untried' }
  /** A minimal script has failed to build. Modules from the cache may still be used. */
  | { readonly key: CanaryKey; readonly state: 'known-bad'; readonly failure: Failure }
  /** Its modules must not be loaded. */
  | { readonly key: CanaryKey; readonly state: 'dangerous'; readonly failure: Failure };

export type CanaryLookup = (on: Omit<FitBuildHost, 'canary'>, kernel: Kernel, variant: BuildVariant) => CanaryVerdict;

export interface SortedBuildHosts {
  /** In the order of `builders`, including those on which a minimal script has failed. */
  readonly fit: readonly FitBuildHost[];
  /** Of all `builders`, in the same order. */
  readonly states: readonly KernelBuildHost[];
}

/** `sortBuildHosts` with a given lookup of canaries. */
export type SortBuildHosts = (wanted: WantedBuild, builders: readonly Builder[]) => SortedBuildHosts;

/** Targets with the same kernel and needs share their build hosts. */
export interface WantedBuild {
  readonly kernel: Kernel;
  readonly needs: BuildNeeds;
}

/** Sorts build hosts once for all targets with the same kernel and needs. */
export function createBuildHostSorter(lookUpCanary: CanaryLookup): SortBuildHosts {
  const sorted = new Map<string, SortedBuildHosts>();
  return (wanted, builders) => {
    const key = JSON.stringify([wanted, builders.map(({ host }) => host.name)]);
    const known = sorted.get(key) ?? sortBuildHosts(wanted, builders, lookUpCanary);
    sorted.set(key, known);
    return known;
  };
}

/** Which build hosts can build for a kernel, and why each of the others cannot. */
export function sortBuildHosts(
  { kernel, needs }: WantedBuild,
  builders: readonly Builder[],
  lookUpCanary: CanaryLookup,
): SortedBuildHosts {
  const fit: FitBuildHost[] = [];
  const states = builders.map((builder): KernelBuildHost => {
    const { name } = builder.host;
    const tools = findTools(kernel, needs, builder);
    if ('cause' in tools) return { name, state: 'unfit', failure: tools };
    // The SystemTap of a compile server is known only by the module that it makes.
    const canary = lookUpCanary(tools, kernel, needs.builtBy === 'compile-server' ? { useServer: true } : {});
    if (canary.state === 'dangerous') return { name, state: 'unfit', failure: canary.failure };
    fit.push({ ...tools, canary });
    if (canary.state === 'known-bad') return { name, state: 'unfit', failure: canary.failure };
    return { name, state: canary.state, stap: tools.facts.stap.version };
  });
  return { fit, states };
}

function findTools(kernel: Kernel, needs: BuildNeeds, builder: Builder): Omit<FitBuildHost, 'canary'> | Failure {
  if (builder.kind !== 'ready') return builder.failure;
  const { host, facts } = builder;
  const obstacle = failuresOf(checkBuildHost(facts, kernel, needs))[0];
  if (obstacle !== undefined) return obstacle;
  const tree = unseenTree(kernel, needs) ?? facts.trees.find(other => other.release === kernel.release);
  if (facts.stap === undefined || tree === undefined) throw new Error('a build host lacks what no finding names');
  return { host, facts: { ...facts, stap: facts.stap }, tree };
}

/** Compile servers and sysroots have kernel trees of their own: this stands for one. */
function unseenTree({ release }: Kernel, { builtBy }: BuildNeeds): BuildTree | undefined {
  return builtBy === undefined ? undefined : { release, headers: 'missing', path: `/lib/modules/${release}/build` };
}

/** Why no build host can build for a kernel: the reason of each. */
export function noBuildHost(kernel: Kernel, states: readonly KernelBuildHost[]): Failure {
  const reasons = states.flatMap(one => (one.state === 'unfit' ? [{ host: one.name, ...one.failure }] : []));
  const cure = reasons.find(reason => reason.cure !== undefined);
  return {
    stage: 'plan',
    cause:
      reasons.length === 0
        ? `no build host for kernel ${kernel.release}`
        : `no build host can build for ${kernel.release}: ${reasons.map(({ host, cause }) => `${host}: ${cause}`).join('; ')}`,
    cure:
      cure?.cure === undefined
        ? 'name one in build_hosts, or put it into the group build_hosts'
        : `on ${cure.host}: ${cure.cure}`,
  };
}

/**
 * Orders the places of a build; later ones stand in for earlier ones. First those whose module is in the cache, then those
 * with the fewest builds so far, then those known to build for the kernel, else by their order in the pattern.
 */
export function orderPlaces(
  places: readonly BuildPlace[],
  buildsOn: ReadonlyMap<HostName, number>,
): readonly BuildPlace[] {
  const rank = ({ buildHost, artifact, canary }: BuildPlace): readonly number[] => [
    artifact.state === 'cached' ? 0 : 1,
    buildsOn.get(buildHost) ?? 0,
    canary.state === 'known-good' ? 0 : 1,
  ];
  return places.toSorted((left, right) => {
    const ranks = rank(right);
    return rank(left).reduce((decided, own, index) => decided || own - (ranks[index] ?? 0), 0);
  });
}
