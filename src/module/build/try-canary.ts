import { shortenText } from '../../model/keep-ends.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, PlannedBuild } from '../../model/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { BuildPool, Setback } from './build-pool.ts';
import { mostOfDetail } from './build-report.ts';
import { canaryFor, cannotBuild, explainCanary } from './canary.ts';
import { attemptBuild, type PooledBuildHost } from './pooled-build-host.ts';

/**
 * Finds out whether SystemTap on a build host can build for a kernel at all: by kept records, else by building a minimal
 * script. Most of its time goes into stap's autoconf tests, whose results serve the builds that follow. A failure is
 * recorded only if the compiler reports it; nothing is recorded for builds whose key is incomplete.
 */
export async function tryCanary(
  build: PlannedBuild,
  canary: BuildPlace['canary'],
  pooled: PooledBuildHost,
  pool: Pick<BuildPool, 'canaries' | 'events' | 'signal' | 'limitSeconds' | 'nice' | 'memoryBytes' | 'saveLog'>,
): Promise<Result<'can-build', Setback>> {
  const { canaries, events } = pool;
  const { release, machine } = build;
  const { name, stap } = pooled;
  const setBack = (failure: Failure, mayHelp: Setback['mayHelp'], seconds = 0): Setback => ({
    buildHost: name,
    failure,
    mayHelp,
    seconds,
  });
  const isRecorded = build.artifact.state !== 'not-kept';
  const found = isRecorded ? await canaries.find(canary.key) : undefined;
  const known = canary.state === 'known-good' ? { state: 'good' as const } : found;
  if (known?.state === 'good') return ok('can-build');
  if (known?.state === 'bad') {
    return err(setBack({ stage: 'build', ...cannotBuild(known.why, stap.version, release, name) }, 'other-tools'));
  }

  return pooled.turns(async () => {
    pool.signal.throwIfAborted();
    if (pooled.out !== undefined) return err(setBack(pooled.out, 'another'));
    const origin = { release, machine, buildHost: name, stap: stap.version };
    events.emit({ kind: 'canary-started', ...origin });
    const { result, fault, log, seconds } = await attemptBuild(canaryFor(build, canary.key), pooled, pool);
    if (result.ok) {
      if (isRecorded) await canaries.keep(canary.key, { state: 'good' });
      events.emit({ kind: 'canary-finished', ...origin, seconds, result: { kind: 'ok' } });
      return ok('can-build');
    }
    const where = log === '' ? undefined : await pool.saveLog(`canary-${release}-${machine}@${name}`, log);
    const kept = where === undefined ? {} : { log: where };
    if (fault === 'host-is-out' || fault === 'not-on-this-host') {
      const failure = result.error;
      events.emit({ kind: 'canary-finished', ...origin, seconds, result: { kind: 'failed', failure, ...kept } });
      return err({ ...setBack(failure, 'another', seconds), ...kept });
    }
    const why = explainCanary(log, stap.version, release);
    if (fault === 'compiler' && isRecorded) await canaries.keep(canary.key, { state: 'bad', why });
    const failure: Failure = {
      stage: 'build',
      ...cannotBuild(why, stap.version, release, name),
      detail: shortenText(log, mostOfDetail),
    };
    events.emit({ kind: 'canary-finished', ...origin, seconds, result: { kind: 'cannot-build', failure, ...kept } });
    return err({ ...setBack(failure, 'other-tools', seconds), ...kept });
  });
}
