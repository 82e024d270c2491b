import { selectForClean } from '../../engine/sources/select-for-clean.ts';
import { cleanHosts } from '../../engine/upkeep/clean-hosts.ts';
import { pruneCaches } from '../../engine/upkeep/prune-caches.ts';
import { findRun } from '../../history/read/find-run.ts';
import type { CleanupMode, HostCleanup } from '../../model/cleanup.ts';
import { parseRunId, type RunId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { formatCleanup, formatCleanupAsJson } from '../../report/texts/cleanup-text.ts';
import type { CleanOptions } from '../arguments/options/clean-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { composeFleet } from '../compose.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { cacheDirectory, lockDirectory, stateDirectory } from '../paths.ts';
import { sayConnection, sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook clean`: removes what all runs, or one of them, have left on targets. Without a run it prunes the local caches, too.
 * Exit 2 when something could not be removed, 4 when a host cannot be reached.
 */
export function clean(runText: string | undefined, options: CleanOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const named = runText === undefined ? ok(undefined) : runOf(runText);
    if (!named.ok) return sayRefusal(named.error, options.format);
    const run = named.value;
    const mode = options.check ? ('only-look' as const) : ('remove' as const);
    const seesHosts = options.inventory !== undefined || run !== undefined || options.hosts !== undefined;
    const done = seesHosts ? await cleanFleet(run, mode, options, stop) : ok([]);
    if (!done.ok) return sayRefusal(done.error, options.format);
    const directories = { caches: cacheDirectory(), locks: lockDirectory() };
    const pruned = run === undefined ? await pruneCaches(options.cacheAge, directories, mode) : undefined;
    const format = options.format === 'json' ? formatCleanupAsJson : formatCleanup;
    ownConsole.print(format(done.value, pruned, mode));
    return exitCodeOfResults(done.value.map(({ result }) => result));
  });
}

async function cleanFleet(
  run: RunId | undefined,
  mode: CleanupMode,
  options: CleanOptions,
  signal: AbortSignal,
): Promise<Result<readonly HostCleanup[], Refusal>> {
  const request = { ...asRequest(options), ...optional('run', run) };
  const selection = await selectForClean(request, stateDirectory(), signal);
  if (!selection.ok) return selection;
  const { hosts, trace, warnings } = selection.value;
  sayWarnings(warnings, options.format);
  const { forks } = options;
  const say = sayConnection(options.format);
  await using fleet = composeFleet(options, say, signal);
  return ok(await cleanHosts(hosts, { fleet, ...optional('run', run), trace, mode, forks, say, signal }));
}

/** A whole id may be of another controller's run; other words name one of the history. */
function runOf(text: string): Result<RunId, Refusal> {
  const id = parseRunId(text.replace(/^@/, ''));
  const found = id === undefined ? findRun(stateDirectory(), text) : ok(id);
  if (found.ok) return found;
  const { message, cure } = found.error;
  return err(refuse('wrong-usage', { code: 'no-run', message, cure }));
}
