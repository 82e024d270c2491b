import type { HostName } from '../../model/ids.ts';
import type {
  BuildId,
  BuildPlace,
  KernelGroup,
  KernelGroupId,
  PlannedBuild,
  PlannedHost,
  PlannedPlay,
} from '../../model/plan.ts';
import { byId } from '../builds/plan-builds.ts';
import { addCanaries, recountRollout } from '../rollout/plan-rollout.ts';
import { refillBatches } from '../rollout/refill-batches.ts';
import { withHosts } from './narrow-play.ts';

/** What becomes of a host that was planned to run something. */
export type Renewal =
  | { readonly kind: 'as-planned' }
  | { readonly kind: 'left-out'; readonly decision: Exclude<PlannedHost['decision'], { kind: 'run' }> }
  /** Its decision comes from the fresh plan. */
  | { readonly kind: 'replanned' };

export interface RenewInput {
  readonly renewals: ReadonlyMap<HostName, Renewal>;
  /** Where each build is now made or cached. */
  readonly places: ReadonlyMap<BuildId, readonly [BuildPlace, ...BuildPlace[]]>;
  /** Has at least the hosts that are replanned. */
  readonly fresh: PlannedPlay | undefined;
}

/**
 * The play of a saved plan as it is applied now. Hosts that are as planned run what was planned, in their batch. Replanned
 * hosts keep their batch, with builds of their own where these differ. Hosts that were left out stay so. A later host takes
 * the place of a host that drops out, so that each kernel still has a canary.
 */
export function renewPlay(planned: PlannedPlay, { renewals, places, fresh }: RenewInput): PlannedPlay {
  const isAsPlanned = (host: HostName): boolean => renewals.get(host)?.kind === 'as-planned';
  const kept = withHosts(planned, isAsPlanned);
  const merging: Merging = {
    groups: kept.kernelGroups.map(group => ({ ...group, hosts: [...group.hosts] })),
    builds: kept.builds.map(build => {
      const [place, ...alternatives] = places.get(build.id) ?? [build, ...build.alternatives];
      return { ...build, ...place, alternatives, hosts: [...build.hosts] };
    }),
    fresh,
  };
  const hosts = planned.hosts.map((host): PlannedHost => {
    if (host.decision.kind !== 'run') return { ...host, decision: markAsOld(host.decision) };
    const renewal = renewals.get(host.name);
    if (renewal === undefined) throw new Error(`${host.name} was not checked again`);
    if (renewal.kind === 'as-planned') return host;
    if (renewal.kind === 'left-out') return { ...host, decision: renewal.decision };
    return takeReplanned(host, merging);
  });
  const running = new Set(hosts.filter(({ decision }) => decision.kind === 'run').map(({ name }) => name));
  const removed = new Set(planned.batches.flat().filter(name => !running.has(name)));
  const { rollout } = planned;
  const batches = addCanaries({ batches: refillBatches({ batches: planned.batches, hosts }, removed), rollout, hosts });
  return {
    ...planned,
    kernelGroups: merging.groups.sort(byId),
    builds: merging.builds.sort(byId),
    hosts,
    batches,
    rollout: recountRollout({ batches, rollout, hosts }),
  };
}

/** The host was not probed again: its failures say that they are from the time of the plan. */
function markAsOld(decision: Exclude<PlannedHost['decision'], { kind: 'run' }>): PlannedHost['decision'] {
  const mark = <Old extends { readonly cause: string }>(failure: Old): Old => ({
    ...failure,
    cause: `when it was planned: ${failure.cause}`,
  });
  switch (decision.kind) {
    case 'skip':
      return decision;
    case 'unreachable':
      return { ...decision, failure: mark(decision.failure) };
    case 'fail': {
      const [first, ...others] = decision.failures;
      return { ...decision, failures: [mark(first), ...others] };
    }
    default:
      return decision satisfies never;
  }
}

interface Merging {
  readonly groups: (Omit<KernelGroup, 'hosts'> & { readonly hosts: HostName[] })[];
  readonly builds: (Omit<PlannedBuild, 'hosts'> & { readonly hosts: HostName[] })[];
  readonly fresh: PlannedPlay | undefined;
}

function takeReplanned(before: PlannedHost, merging: Merging): PlannedHost {
  const { fresh } = merging;
  const host = fresh?.hosts.find(({ name }) => name === before.name);
  if (fresh === undefined || host === undefined) throw new Error(`${before.name} was not replanned`);
  const { decision } = host;
  if (decision.kind !== 'run') return host;
  const group = fresh.kernelGroups.find(({ id }) => id === host.kernelGroup);
  if (group === undefined) throw new Error(`${before.name} has no kernel group`);
  const kernelGroup = joinGroup(group, host.name, merging);
  const scripts = decision.scripts.map(script => {
    const build = fresh.builds.find(({ id }) => id === script.build);
    if (build === undefined) throw new Error(`no build ${script.build}`);
    return { ...script, build: joinBuild({ ...build, kernelGroup }, host.name, merging) };
  });
  return { ...host, kernelGroup, decision: { ...decision, scripts } };
}

function joinGroup(group: KernelGroup, host: HostName, { groups }: Merging): KernelGroupId {
  const { release, machine, version } = group;
  const same = groups.find(
    other => other.release === release && other.machine === machine && other.version === version,
  );
  if (same !== undefined) {
    same.hosts.push(host);
    return same.id;
  }
  const id = freeId(`${release}/${machine}`, '/', groups) as KernelGroupId;
  groups.push({ ...group, id, hosts: [host] });
  return id;
}

/** A build with another key is another module, even for the same script and kernel. */
function joinBuild(build: PlannedBuild, host: HostName, { builds }: Merging): BuildId {
  const { module, kernelGroup, artifact } = build;
  const same = builds.find(
    other => other.module === module && other.kernelGroup === kernelGroup && other.artifact.key === artifact.key,
  );
  if (same !== undefined) {
    same.hosts.push(host);
    return same.id;
  }
  const id = freeId(`${module}@${kernelGroup}`, '#', builds) as BuildId;
  builds.push({ ...build, id, hosts: [host] });
  return id;
}

function freeId(base: string, mark: '/' | '#', taken: readonly { readonly id: string }[]): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}${mark}${number}`;
    if (taken.every(other => other.id !== id)) return id;
  }
}
