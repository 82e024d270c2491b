import { optional } from '../../model/optional.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, PlannedBuild } from '../../model/plan.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { provideBinaries } from '../binaries/provide-binaries.ts';
import type { Artifact } from '../cache/module-cache.ts';
import { findMissingUnwind } from '../stap/find-missing-unwind.ts';
import type { BuildPool, Made, Setback } from './build-pool.ts';
import { compileError } from './canary.ts';
import { type Attempt, attemptBuild, type PooledBuildHost } from './pooled-build-host.ts';
import { tryCanary } from './try-canary.ts';

/**
 * Takes a module from the cache, else builds it on one build host. The same module is not built there twice in a run.
 * Throws only the reason of the signal.
 */
export async function makeModule(
  build: PlannedBuild,
  place: BuildPlace,
  pool: BuildPool,
): Promise<Result<Made, Setback>> {
  const { buildHost, artifact } = place;
  const which = `${buildHost} ${artifact.key}`;
  const underWay = pool.made.get(which);
  if (underWay === undefined) {
    const making = makeOnce(build, place, pool);
    pool.made.set(which, making);
    return making;
  }
  const made = await underWay;
  return made.ok ? ok({ ...made.value, result: { kind: 'cached', key: artifact.key } }) : made;
}

async function makeOnce(
  planned: PlannedBuild,
  { buildHost, artifact, canary, cross }: BuildPlace,
  pool: BuildPool,
): Promise<Result<Made, Setback>> {
  // The plan's own `cross` is that of the first build host.
  const { cross: _, ...common } = planned;
  const build: PlannedBuild = cross === undefined ? common : { ...common, cross };
  const cached = artifact.state === 'not-kept' ? undefined : await pool.cache.load(artifact.key, build.module);
  if (cached !== undefined) return ok({ artifact: cached, result: { kind: 'cached', key: cached.key } });

  const refuse = (failure: Failure): Result<Made, Setback> =>
    err({ buildHost, failure, mayHelp: 'another', seconds: 0 });
  const pooled = pool.buildHosts.get(buildHost);
  if (pooled === undefined) return refuse({ stage: 'build', cause: `there is no connection to ${buildHost}` });
  const pair = `${buildHost} ${canary.key}`;
  const trying = pool.tried.get(pair) ?? tryCanary({ ...build, artifact }, canary, pooled, pool);
  pool.tried.set(pair, trying);
  const tried = await trying;
  if (!tried.ok) return tried;
  const placed =
    pool.binaries === undefined ? ok([]) : await provideBinaries(build, pooled, { ...pool, supply: pool.binaries });
  if (!placed.ok) return refuse(placed.error);

  return pooled.turns(async () => {
    pool.signal.throwIfAborted();
    if (pooled.out !== undefined) return refuse(pooled.out);
    const { id, module, release, machine } = build;
    pool.events.emit({ kind: 'build-started', build: id, module, release, machine, buildHost });
    const attempt = await attemptBuild({ ...build, artifact, placed: placed.value }, pooled, pool);
    const isQuoted = mayQuote(build, pool.unquoted);
    const logName = buildHost === planned.buildHost ? id : `${id}@${buildHost}`;
    const where = isQuoted ? await pool.saveLog(logName, attempt.log) : undefined;
    const log = where === undefined ? {} : { log: where };
    if (!attempt.result.ok) {
      const setback = setbackOf(build, pooled, attempt, attempt.result.error);
      return err(isQuoted ? { ...setback, ...log } : withholdWords(setback, attempt));
    }
    const made = attempt.result.value;
    const lacking = findMissingUnwind(attempt.log, build.options);
    if (lacking.length > 0)
      pool.events.emit({ kind: 'notice', severity: 'warning', text: sayLacking(lacking, buildHost) });
    // Without what was asked for it is not the module that its key stands for.
    const isKept = artifact.state !== 'not-kept' && lacking.length === 0;
    const kept = isKept ? await keep(made, pool) : ok(undefined);
    if (!kept.ok) return err({ buildHost, failure: kept.error, seconds: attempt.seconds, mayHelp: 'nobody', ...log });
    const warnings = attempt.log.match(/^WARNING: /gm)?.length ?? 0;
    const { seconds } = attempt;
    return ok({
      artifact: made,
      result: { kind: 'built', key: made.key, seconds, bytes: made.bytes.length, warnings, ...log },
    });
  });
}

function sayLacking(lacking: readonly string[], buildHost: string): string {
  const names = lacking.map(name => printableLine(name, 200)).join(', ');
  return `${buildHost} has no symbols of ${names} (unwind): backtraces end there; install it there, with its debuginfo if it is of the kernel`;
}

/** stap tells of a script in lines of it, and of its tapsets: where one of those may not be quoted, it is not heard. */
function mayQuote({ source, options }: PlannedBuild, unquoted: readonly string[] = []): boolean {
  const hasTapsets = (options.tapsets ?? []).length > 0;
  return !unquoted.some(path => path === source.path || hasTapsets);
}

function withholdWords(setback: Setback, { exit, limit }: Attempt): Setback {
  const { stage, cause, cure } = setback.failure;
  const isFromLog = exit !== undefined && exit > 0 && exit <= 128 && limit === 'kept';
  if (!isFromLog) return { ...setback, failure: { stage, cause, ...optional('cure', cure) } };
  const said = `stap failed on ${setback.buildHost} (exit code ${exit}); its words are neither shown nor kept: they may quote a file outside of the repository`;
  const copy = 'copy the script or tapset into the repository, or run stap yourself';
  return { ...setback, failure: { stage, cause: said, cure: copy } };
}

async function keep(made: Artifact, { cache, events, whenNotKept }: BuildPool): Promise<Result<void, Failure>> {
  try {
    await cache.store(made);
  } catch (error) {
    const cause = `the module ${made.module} cannot be kept in the cache: ${(error as Error).message}`;
    const cure = `free some space in ${cache.directory}, or set XDG_CACHE_HOME to a folder that can be written to`;
    if (whenNotKept === 'fail') return err({ stage: 'build', cause, cure });
    events.emit({ kind: 'notice', severity: 'warning', text: cause });
  }
  return ok(undefined);
}

function setbackOf(
  { release, options }: PlannedBuild,
  { name, stap }: PooledBuildHost,
  { fault, limit, seconds, log }: Attempt,
  failure: Failure,
): Setback {
  const setback = { buildHost: name, failure, seconds };
  switch (fault) {
    case 'script':
    case undefined:
      return { ...setback, mayHelp: 'nobody' };
    case 'compiler': {
      const error = compileError(log) ?? failure.cause;
      const cause = `the script does not compile for ${release} with SystemTap ${stap.version} on ${name}, though a minimal one does: ${error}`;
      const cure = options.guru
        ? 'see the log: it may be the C in the script'
        : 'see the log: what the script uses of SystemTap does not know this kernel; a newer SystemTap may';
      // An error in embedded C would fail anywhere.
      return { ...setback, failure: { ...failure, cause, cure }, mayHelp: options.guru ? 'nobody' : 'other-tools' };
    }
    case 'not-on-this-host':
      return { ...setback, mayHelp: limit === 'passed' ? 'another-once' : 'another' };
    case 'host-is-out':
      return { ...setback, mayHelp: 'another' };
    default:
      return fault satisfies never;
  }
}
