import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildId, PlannedBuild } from '../../model/plan.ts';
import type { Result } from '../../model/result.ts';
import type { Artifact } from '../cache/module-cache.ts';
import type { BuildPool } from './build-pool.ts';
import { type OpenBuildHost, poolBuildHosts } from './pooled-build-host.ts';
import { provideModule } from './provide-module.ts';

export interface BuildOptions extends Omit<BuildPool, 'buildHosts' | 'tried' | 'made'> {
  readonly openBuildHosts: ReadonlyMap<HostName, OpenBuildHost>;
  /** How many builds at once on each build host, at most eight. Default: its number of CPUs, at most eight. */
  readonly jobs?: number;
}

export type Builds = ReadonlyMap<BuildId, Result<Artifact, Failure>>;

/**
 * Builds what the cache does not have, each key once on a build host. A canary goes before the first build for a kernel. A
 * build that fails moves to the next build host. Throws the reason of `signal`, once all that was begun has ended.
 */
export async function runBuilds(
  builds: readonly PlannedBuild[],
  { openBuildHosts, jobs, ...options }: BuildOptions,
): Promise<Builds> {
  const pool: BuildPool = {
    ...options,
    buildHosts: poolBuildHosts(openBuildHosts, jobs),
    tried: new Map(),
    made: new Map(),
  };
  const results = await Promise.allSettled(
    builds.map(async build => [build.id, await provideModule(build, pool)] as const),
  );
  options.signal.throwIfAborted();
  return new Map(
    results.map(result => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }),
  );
}
