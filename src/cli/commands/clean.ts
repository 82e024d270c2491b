import pLimit from 'p-limit';
import { createEventHub } from '../../engine/event-hub.ts';
import { type Fleet, gatherFleet } from '../../engine/fleet/fleet.ts';
import { type Surveyed, surveyTargets } from '../../engine/fleet/survey.ts';
import { type CleanSelection, selectForClean } from '../../engine/sources/select-for-clean.ts';
import { type Cleaned, cleanHost } from '../../engine/upkeep/clean-host.ts';
import { sweepLocks } from '../../engine/upkeep/sweep-locks.ts';
import { newRunId } from '../../history/new-run-id.ts';
import { parseRunId, type RunId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { checkRights } from '../../plan/checks/check-rights.ts';
import { planCleanup } from '../../plan/checks/plan-cleanup.ts';
import { formatCleanup, formatCleanupAsJson, type HostCleanup } from '../../report/texts/cleanup-text.ts';
import type { CleanOptions } from '../arguments/options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { composeTransport, connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeFor, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals } from '../session/catch-signals.ts';
import { pruneCaches } from '../session/prune-caches.ts';
import { silentReader } from '../session/silent-reader.ts';

/**
 * `tapbook clean`: removes what runs, or one run, have left on targets, and without a run prunes the caches here too.
 * Exit 2 when something could not be removed, 4 when a host cannot be reached.
 */
export async function clean(runText: string | undefined, options: CleanOptions): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const run = runText === undefined ? undefined : parseRunId(runText);
  if (runText !== undefined && run === undefined) {
    const message = `${JSON.stringify(runText)} is no run`;
    const cure = 'name one as apply does: 20261123T004105Z-1a2b3c';
    sayDiagnostics([{ severity: 'error', code: 'no-run', message, cure }], options.format);
    return exitCodes.usage;
  }
  const mode = options.check ? ('only-look' as const) : ('remove' as const);
  const seesHosts = options.inventory !== undefined || run !== undefined || options.hosts !== undefined;
  const done: HostCleanup[] = [];
  try {
    if (seesHosts) {
      const selection = await selectForClean(run, options, interrupts.stop);
      if (!selection.ok) return selection.error;
      done.push(...(await cleanHosts(selection.value, run, options, interrupts.stop)));
    }
    const pruned = run === undefined ? await pruneCaches(options.cacheAge, mode) : undefined;
    const format = options.format === 'json' ? formatCleanupAsJson : formatCleanup;
    process.stdout.write(format(done, pruned, mode));
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return exitCodes.interrupted;
  }
  const count = (result: HostCleanup['result']): number => done.filter(one => one.result === result).length;
  const counts = { failed: count('failed'), unreachable: count('unreachable'), 'left-behind': 0, interrupted: 0 };
  return exitCodeFor(counts, false);
}

async function cleanHosts(
  { hosts, trace }: CleanSelection,
  run: RunId | undefined,
  options: CleanOptions,
  signal: AbortSignal,
): Promise<readonly HostCleanup[]> {
  const say = (message: string): void => {
    if (options.format === 'text') sayDiagnostics([{ severity: 'warning', code: 'connection', message }], 'text');
  };
  await using fleet = gatherFleet(composeTransport(connectionPrompts(options, say)), connectLimits, signal);
  const events = createEventHub(newRunId(new Date()), [silentReader]);
  const surveyed = await surveyTargets(
    hosts,
    { packages: [], commands: [] },
    { fleet, events, forks: options.forks, signal },
  );
  const limit = pLimit(options.forks);
  // Awaited here, before the connections are closed.
  return await Promise.all(surveyed.map(one => limit(() => cleanOne(one, { fleet, run, trace, signal, options }))));
}

interface CleanContext {
  readonly fleet: Fleet;
  readonly run: RunId | undefined;
  readonly trace: CleanSelection['trace'];
  readonly signal: AbortSignal;
  readonly options: CleanOptions;
}

async function cleanOne(surveyed: Surveyed, context: CleanContext): Promise<HostCleanup> {
  const { host } = surveyed;
  if (surveyed.kind !== 'ready') {
    return { host: host.name, result: surveyed.kind, failure: surveyed.failure };
  }
  const { facts } = surveyed;
  const named = context.trace?.get(host.name) ?? [];
  const { modules, folders, kept } = planCleanup(facts, { named, ...optional('run', context.run) });
  const connection = await context.fleet.open(host);
  if (!connection.ok) return { host: host.name, result: 'unreachable', failure: connection.error };
  const { as } = checkRights(facts, host.connection.become);
  const { signal, options, run } = context;
  const mode = options.check ? 'only-look' : 'remove';
  const isClean = modules.length + folders.length === 0;
  const cleaned: Cleaned =
    isClean || options.check
      ? { modules, folders: folders.map(({ path }) => path), failed: [] }
      : await cleanHost(connection.value, facts, { modules, folders }, { as, signal });
  const locks = await sweepLocks(connection.value, { mode, as, signal, ...optional('run', run) });
  const failed = [
    ...cleaned.failed,
    ...locks.stay.map(what => ({ what, why: 'nobody holds this lock, but it cannot be removed' })),
    ...(locks.trouble === undefined ? [] : [{ what: 'locks', why: locks.trouble }]),
  ];
  const done = { host: host.name, ...cleaned, locks: locks.gone, kept, failed };
  if (failed.length > 0) return { ...done, result: 'failed' };
  if (isClean && locks.gone.length === 0) return { ...done, result: 'clean' };
  return { ...done, result: options.check ? 'to-clean' : 'cleaned' };
}
