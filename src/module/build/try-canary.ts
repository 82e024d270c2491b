import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, PlannedBuild } from '../../model/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { BuildPool, Setback } from './build-pool.ts';
import { canaryFor, cannotBuild, explainCanary } from './canary.ts';
import { attemptBuild, type PooledBuildHost } from './pooled-build-host.ts';

/**
 * Whether SystemTap on a build host can build for a build's kernel at all: as it is known, else by a minimal script. The
 * questions that kbuild is asked about a kernel, most of the time of a first build, are kept by stap there and serve the
 * builds that follow. That it cannot is remembered only where the compiler says so; nothing is where not all that
 * decides it is known.
 */
export async function tryCanary(
  build: PlannedBuild,
  canary: BuildPlace['canary'],
  bench: PooledBuildHost,
  pool: Pick<BuildPool, 'canaries' | 'events' | 'signal' | 'limitSeconds' | 'nice' | 'memoryBytes' | 'saveLog'>,
): Promise<Result<'can-build', Setback>> {
  const { canaries, events } = pool;
  const { release, machine } = build;
  const { name, stap } = bench;
  const setBack = (failure: Failure, mayHelp: Setback['mayHelp'], seconds = 0): Setback => ({
    buildHost: name,
    failure,
    mayHelp,
    seconds,
  });
  const remembers = build.artifact.state !== 'not-kept';
  const found = remembers ? await canaries.find(canary.key) : undefined;
  const known = canary.state === 'known-good' ? { state: 'good' as const } : found;
  if (known?.state === 'good') return ok('can-build');
  if (known?.state === 'bad') {
    return err(setBack({ stage: 'build', ...cannotBuild(known.why, stap.version, release, name) }, 'other-tools'));
  }

  return bench.turns(async () => {
    pool.signal.throwIfAborted();
    if (bench.out !== undefined) return err(setBack(bench.out, 'another'));
    const words = { release, machine, buildHost: name, stap: stap.version };
    events.emit({ kind: 'canary-started', ...words });
    const { result, fault, log, seconds } = await attemptBuild(canaryFor(build, canary.key), bench, pool);
    if (result.ok) {
      if (remembers) await canaries.keep(canary.key, { state: 'good' });
      events.emit({ kind: 'canary-finished', ...words, seconds, result: { kind: 'ok' } });
      return ok('can-build');
    }
    const where = log === '' ? undefined : await pool.saveLog(`canary-${release}-${machine}@${name}`, log);
    const kept = where === undefined ? {} : { log: where };
    if (fault === 'host-is-out' || fault === 'not-on-this-host') {
      const failure = result.error;
      events.emit({ kind: 'canary-finished', ...words, seconds, result: { kind: 'failed', failure, ...kept } });
      return err({ ...setBack(failure, 'another', seconds), ...kept });
    }
    const why = explainCanary(log, stap.version, release);
    if (fault === 'compiler' && remembers) await canaries.keep(canary.key, { state: 'bad', why });
    const failure: Failure = { stage: 'build', ...cannotBuild(why, stap.version, release, name), detail: log };
    events.emit({ kind: 'canary-finished', ...words, seconds, result: { kind: 'cannot-build', failure, ...kept } });
    return err({ ...setBack(failure, 'other-tools', seconds), ...kept });
  });
}
