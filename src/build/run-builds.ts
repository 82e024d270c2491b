import pLimit, { type LimitFunction } from 'p-limit';
import type { EventSink } from '../model/event.ts';
import type { HostName } from '../model/ids.ts';
import type { Failure } from '../model/outcome.ts';
import type { BuildId, PlannedBuild } from '../model/plan.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Connection } from '../transport/transport.ts';
import { type BuildAttempt, buildModule } from './build-module.ts';
import type { Artifact, ModuleCache } from './module-cache.ts';

/** An open build host. */
export interface Workshop {
  readonly connection: Connection;
  readonly cpus: number;
  readonly directory: string;
  readonly stapPath: string;
}

export interface BuildOptions {
  readonly cache: ModuleCache;
  readonly workshops: ReadonlyMap<HostName, Workshop>;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** How long one build may take. */
  readonly limitSeconds: number;
  /** Keeps what stap printed; resolves to where. */
  readonly saveLog: (build: BuildId, text: string) => Promise<string | undefined>;
}

export type Builds = ReadonlyMap<BuildId, Result<Artifact, Failure>>;

/** Builds what the cache does not have: at once, as many on each build host as it has CPUs, each key only once. */
export async function runBuilds(builds: readonly PlannedBuild[], options: BuildOptions): Promise<Builds> {
  const limits = new Map<HostName, LimitFunction>();
  for (const [name, { cpus }] of options.workshops) limits.set(name, pLimit(Math.max(1, cpus)));
  const underWay = new Map<string, Promise<Result<Artifact, Failure>>>();
  const results = await Promise.all(
    builds.map(async build => {
      const { key } = build.artifact;
      const running = underWay.get(key) ?? provideModule(build, options, limits.get(build.buildHost));
      underWay.set(key, running);
      return [build.id, await running] as const;
    }),
  );
  return new Map(results);
}

async function provideModule(
  build: PlannedBuild,
  options: BuildOptions,
  limit: LimitFunction | undefined,
): Promise<Result<Artifact, Failure>> {
  const { cache, events, signal } = options;
  const { id, module, release, machine, buildHost } = build;
  const words = { build: id, module, release, machine, buildHost };
  const cached = await cache.load(build.artifact.key, module);
  if (cached !== undefined) {
    events.emit({ kind: 'build-finished', ...words, result: { kind: 'cached', key: cached.key } });
    return ok(cached);
  }
  const workshop = options.workshops.get(buildHost);
  if (workshop === undefined || limit === undefined)
    return err({ stage: 'build', cause: `no connection to ${buildHost}` });

  return limit(async () => {
    signal.throwIfAborted();
    events.emit({ kind: 'build-started', ...words });
    const started = performance.now();
    const { result, log } = await buildModule(build, { ...workshop, signal, limitSeconds: options.limitSeconds });
    const seconds = (performance.now() - started) / 1000;
    const where = await options.saveLog(id, log);
    const kept = where === undefined ? {} : { log: where };
    if (!result.ok) {
      events.emit({
        kind: 'build-finished',
        ...words,
        result: { kind: 'failed', seconds, failure: result.error, ...kept },
      });
      return result;
    }
    await cache.store(result.value);
    const { key, bytes } = result.value;
    const warnings = countWarnings(log);
    events.emit({
      kind: 'build-finished',
      ...words,
      result: { kind: 'built', key, seconds, bytes: bytes.length, warnings, ...kept },
    });
    return result;
  });
}

function countWarnings(log: BuildAttempt['log']): number {
  return log.match(/^WARNING: /gm)?.length ?? 0;
}
