import type { Artifact } from '../build/module-cache.ts';
import type { HostName } from '../model/ids.ts';
import type { BuildId, BuildPlace, PlannedBuild } from '../model/plan.ts';
import type { PlayBasis } from '../plan/saved-plan.ts';
import type { PlanContext } from './plan-plays.ts';

/** Which builds that anybody still needs lie in the cache as planned, and which do not. */
export async function findModules(
  builds: readonly PlannedBuild[],
  isNeededBy: (host: HostName) => boolean,
  basis: PlayBasis,
  { cache, events }: Pick<PlanContext, 'cache' | 'events'>,
): Promise<{
  readonly places: Map<BuildId, readonly [BuildPlace, ...BuildPlace[]]>;
  readonly uncached: PlannedBuild[];
}> {
  const places = new Map<BuildId, readonly [BuildPlace, ...BuildPlace[]]>();
  const uncached: PlannedBuild[] = [];
  for (const build of builds.filter(({ hosts }) => hosts.some(isNeededBy))) {
    let found: { readonly place: BuildPlace; readonly module: Artifact } | undefined;
    for (const place of [build, ...build.alternatives]) {
      const module = await cache.load(place.artifact.key, build.module);
      if (module === undefined) continue;
      const { buildHost, canary, cross } = place;
      const artifact = { key: place.artifact.key, state: 'cached' } as const;
      found = { place: { buildHost, artifact, canary, ...(cross === undefined ? {} : { cross }) }, module };
      break;
    }
    if (found === undefined) {
      uncached.push(build);
      continue;
    }
    places.set(build.id, [found.place]);
    const was = basis.builds.find(other => other.build === build.id && other.key === found.place.artifact.key)?.module;
    const is = found.module.sha256;
    if (was !== undefined && was !== is) {
      const digests = `sha256 ${was.slice(0, 12)} → ${is.slice(0, 12)}`;
      const text = `${build.id} has been built again since the plan was made, from the same parts: ${digests}`;
      events.emit({ kind: 'notice', severity: 'warning', text });
    }
  }
  return { places, uncached };
}
