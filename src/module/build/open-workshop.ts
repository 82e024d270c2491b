import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildId, PlannedBuild } from '../../model/plan.ts';
import { ok, type Result } from '../../model/result.ts';
import { onAbort } from '../../process/on-abort.ts';
import type { Artifact } from '../cache/module-cache.ts';
import type { BuildPool, Made } from './build-pool.ts';
import { type OpenBuildHost, type PooledBuildHost, poolBuildHost } from './pooled-build-host.ts';
import { provideModule } from './provide-module.ts';

export interface WorkshopOptions extends Omit<BuildPool, 'buildHosts' | 'tried' | 'made' | 'sent'> {
  /** How many builds at once on each build host, at most eight. Default: its number of CPUs, at most eight. */
  readonly jobs?: number;
  /** Nothing is built before it has settled. */
  readonly after?: Promise<unknown>;
}

export type Builds = ReadonlyMap<BuildId, Result<Artifact, Failure>>;

/**
 * Where the modules of a play are made: builds are begun as they become known, and each is begun once. When it is disposed
 * of, what still runs is stopped, and waited for.
 */
export interface Workshop extends AsyncDisposable {
  /** Begins those that were not begun before. A build host that has another connection than before may be tried again. */
  begin(builds: readonly PlannedBuild[], openBuildHosts: ReadonlyMap<HostName, OpenBuildHost>): void;
  /** Resolves when these have ended, each of which was begun. Throws the reason of the signal if that fires before. */
  provide(builds: Iterable<BuildId>): Promise<Builds>;
  /** Resolves when all that was begun has ended, in whichever way. */
  idle(): Promise<void>;
  /** How many modules were built, were found in the cache, and could not be built so far. */
  counts(): BuildCounts;
}

export type BuildCounts = Readonly<Record<'built' | 'cached' | 'failed', number>>;

/**
 * Makes what the cache does not have, each key once on a build host. A canary goes before the first build for a kernel. A
 * build that fails moves to the next build host.
 */
export function openWorkshop({ jobs, after, signal, ...options }: WorkshopOptions): Workshop {
  const closing = new AbortController();
  const forget = onAbort(signal, () => closing.abort(signal.reason));
  if (signal.aborted) closing.abort(signal.reason);
  const buildHosts = new Map<HostName, PooledBuildHost>();
  const pool: BuildPool = {
    ...options,
    signal: closing.signal,
    buildHosts,
    tried: new Map(),
    made: new Map(),
    sent: new Map(),
  };
  const begun = new Map<BuildId, Promise<Result<Made, Failure>>>();
  const counts = { built: 0, cached: 0, failed: 0 };

  const make = async (build: PlannedBuild): Promise<Result<Made, Failure>> => {
    await after;
    closing.signal.throwIfAborted();
    const made = await provideModule(build, pool);
    counts[made.ok ? made.value.result.kind : 'failed']++;
    return made;
  };
  const idle = async (): Promise<void> => {
    for (let seen = -1; seen !== begun.size; ) {
      seen = begun.size;
      await Promise.allSettled(begun.values());
    }
  };
  return {
    begin(builds, openBuildHosts) {
      for (const [name, host] of openBuildHosts) {
        const known = buildHosts.get(name);
        if (known?.connection === host.connection) continue;
        buildHosts.set(name, poolBuildHost(name, host, known?.turns ?? jobs));
        // What went wrong over the connection that was lost may go well over this one.
        for (const results of [pool.made, pool.tried, pool.sent]) {
          for (const which of results.keys()) if (which.startsWith(`${name} `)) results.delete(which);
        }
      }
      for (const build of builds) {
        if (begun.has(build.id)) continue;
        const making = make(build);
        // Perhaps nobody waits for it, or not yet.
        making.catch(() => undefined);
        begun.set(build.id, making);
      }
    },
    async provide(builds) {
      const wanted = [...builds];
      const results = await Promise.allSettled(wanted.map(id => begun.get(id)));
      closing.signal.throwIfAborted();
      return new Map(
        results.map((result, index) => {
          if (result.status === 'rejected') throw result.reason;
          const id = wanted[index];
          if (id === undefined || result.value === undefined) throw new Error(`the build ${id} was not begun`);
          return [id, result.value.ok ? ok(result.value.value.artifact) : result.value];
        }),
      );
    },
    idle,
    counts: () => ({ ...counts }),
    async [Symbol.asyncDispose]() {
      forget();
      closing.abort(new DOMException('nobody waits for it any more', 'AbortError'));
      await idle();
    },
  };
}
