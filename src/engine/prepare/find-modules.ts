import { optional } from '../../model/optional.ts';
import type { BuildId, BuildPlace, PlannedBuild } from '../../model/plan.ts';
import type { Artifact } from '../../module/cache/module-cache.ts';
import { findUnignoredDanger } from './load-canary-lookup.ts';
import type { PlanContext } from './plan-plays.ts';
import type { SavedPlay } from './survey-saved-play.ts';

interface FoundModules {
  readonly places: Map<BuildId, readonly [BuildPlace, ...BuildPlace[]]>;
  readonly uncached: PlannedBuild[];
}

/** Looks in the cache for the modules of a saved play's builds. A module that was built again since is warned about. */
export async function findModules(
  builds: readonly PlannedBuild[],
  saved: SavedPlay,
  { cache, events }: Pick<PlanContext, 'cache' | 'events'>,
): Promise<FoundModules> {
  const found: FoundModules = { places: new Map(), uncached: [] };
  for (const build of builds) {
    const kept = await findModule(build, saved, cache);
    if (kept === undefined) {
      found.uncached.push(build);
      continue;
    }
    const { place, module } = kept;
    found.places.set(build.id, [place]);
    const digests = saved.basis.builds.find(other => other.build === build.id && other.key === place.artifact.key);
    if (digests?.module !== undefined && digests.module !== module.sha256) {
      const sha256 = `sha256 ${digests.module.slice(0, 12)} → ${module.sha256.slice(0, 12)}`;
      const text = `${build.id} has been built again since the plan was made, from the same parts: ${sha256}`;
      events.emit({ kind: 'notice', severity: 'warning', text });
    }
  }
  return found;
}

async function findModule(
  build: PlannedBuild,
  { planned, selected }: SavedPlay,
  cache: PlanContext['cache'],
): Promise<{ readonly place: BuildPlace; readonly module: Artifact } | undefined> {
  const buildHosts = planned.kernelGroups.find(({ id }) => id === build.kernelGroup)?.buildHosts ?? [];
  for (const { buildHost, artifact, canary, cross } of [build, ...build.alternatives]) {
    const recorded = buildHosts.find(({ name }) => name === buildHost);
    const host = selected.builders.find(({ name }) => name === buildHost);
    // A danger may have become known after the plan was made.
    if (
      recorded !== undefined &&
      recorded.state !== 'unfit' &&
      findUnignoredDanger(host, recorded.stap, build.release) !== undefined
    )
      continue;
    const module = artifact.state === 'not-kept' ? undefined : await cache.load(artifact.key, build.module);
    if (module === undefined) continue;
    const place = {
      buildHost,
      artifact: { ...artifact, state: 'cached' as const },
      canary,
      ...optional('cross', cross),
    };
    return { place, module };
  }
  return undefined;
}
