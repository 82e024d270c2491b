import { createEventHub, type EventHub } from '../../engine/event-hub.ts';
import { type Fleet, gatherFleet } from '../../engine/fleet/fleet.ts';
import { joinLateHosts } from '../../engine/prepare/join-late-hosts.ts';
import type { ReadyPlay } from '../../engine/prepare/plan-plays.ts';
import { refusePlan } from '../../engine/prepare/refuse-plan.ts';
import { runPlay } from '../../engine/rollout/run-play.ts';
import { openPlays } from '../../engine/sources/open-plays.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import { provenanceOf, whyNotClean } from '../../engine/sources/require-clean.ts';
import { finishRun } from '../../engine/tally-outcomes.ts';
import { newRunId } from '../../history/new-run-id.ts';
import { defaultLimits } from '../../model/default-limits.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type HostOutcome, isFailure } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { ok } from '../../model/result.ts';
import { version } from '../../model/version.ts';
import { type Builds, runBuilds } from '../../module/build/run-builds.ts';
import { createTableMaker, type TableMaker } from '../../records/make-tables.ts';
import type { ApplyOptions, RunOptions } from '../arguments/options.ts';
import { selectionWords } from '../arguments/selection-words.ts';
import { refuseTableOptions } from '../arguments/table-options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import {
  composeCache,
  composeHistory,
  composeMemory,
  composeReporters,
  composeTransport,
  connectLimits,
} from '../compose.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals, type Interrupts } from '../session/catch-signals.ts';
import { delayStart } from '../session/delay-start.ts';
import { limitTime } from '../session/limit-time.ts';
import { lockRun } from '../session/lock-run.ts';
import { retainRuns } from '../session/retain-runs.ts';
import { silentReader } from '../session/silent-reader.ts';
import type { Reached } from '../session/stop-cause.ts';
import { watchLeftovers } from '../session/watch-leftovers.ts';
import { isHangUp, isLoss } from '../session/watch-output.ts';

/** `tapbook apply` and `tapbook build`: plan, build what is missing, and for `apply` run it everywhere. */
export async function apply(command: 'build' | 'apply', path: string, runOptions: RunOptions): Promise<ExitCode> {
  // What is wrong in the input stands on stderr where stdout is for programs other than JSON's.
  const options: ApplyOptions = { ...runOptions, format: runOptions.format === 'json' ? 'json' : 'text' };
  let hub: EventHub | undefined;
  const warn = (text: string): void => hub?.emit({ kind: 'notice', severity: 'warning', text });
  using interrupts = catchSignals(
    why => {
      const more = why.startsWith('SIG') ? ' Once more leaves that to their lease.' : '';
      const order = `${why}: no further host is begun; scripts are stopped and unloaded.${more}`;
      warn(command === 'apply' ? order : `${why}: builds are stopped.`);
    },
    () => warn('once more: what still runs is left to its lease.'),
  );
  await delayStart(options.sleep, interrupts.stop);
  using _limit = limitTime(options.timeout, interrupts);
  const opened = await openPlays(path, options, interrupts.stop);
  if (!opened.ok) {
    sayDiagnostics(opened.error.diagnostics, options.format);
    return opened.error.exitCode;
  }
  const refused = refuseTableOptions(runOptions, opened.value);
  if (refused !== undefined) {
    sayDiagnostics(refused.diagnostics, options.format);
    return refused.exitCode;
  }
  if (options.format === 'text' && !options.quiet) sayDiagnostics(opened.value.warnings, 'text');

  const provenance = await provenanceOf(opened.value, interrupts.stop);
  const unclean = options.requireClean ? await whyNotClean(opened.value, provenance) : [];
  if (unclean.length > 0) {
    sayDiagnostics(unclean, options.format);
    return exitCodes.invalidInput;
  }
  const run = newRunId(new Date());
  const locks = await (command === 'apply' ? lockRun(opened.value, run, options, interrupts.stop) : nothingToLock);
  if (!locks.ok) {
    sayDiagnostics(locks.error.diagnostics, options.format);
    return locks.error.exitCode;
  }
  await using _locks = locks.value;
  const history = await composeHistory(run, warn);
  if (!history.ok) {
    sayDiagnostics([history.error], options.format);
    return exitCodes.invalidInput;
  }
  const kept = { run, directory: history.value.path, signal: interrupts.abandon };
  const onBrokenPipe = (error: Error): void => {
    if (isHangUp(error)) interrupts.requestStop('signal', 'the terminal was closed');
    else if (isLoss(error))
      interrupts.requestStop('output-lost', `standard output cannot be written (${error.message})`);
    else interrupts.requestStop('reader-gone', 'nobody reads standard output any more');
  };
  const reporters = await composeReporters(runOptions, onBrokenPipe, kept);
  const leftovers = watchLeftovers();
  const tables = createTableMaker();
  hub = createEventHub(run, [history.value.reader, leftovers, ...reporters, { ...silentReader, read: tables.read }]);
  const { playbook, plan, inventory } = opened.value;
  const selection = selectionWords(options, opened.value);
  hub.emit({
    kind: 'run-started',
    command,
    version,
    playbook,
    ...optional('plan', plan),
    inventory,
    ...optional('selection', selection.length > 0 ? selection : undefined),
    ...optional('repositories', provenance.repositories.length > 0 ? provenance.repositories : undefined),
    directory: history.value.path,
  });
  try {
    await using fleet = gatherFleet(composeTransport(connectionPrompts(options, warn)), connectLimits, interrupts.stop);
    return await carryOut(command, {
      source: opened.value,
      options: runOptions,
      tables,
      run,
      fleet,
      hub,
      interrupts,
      saveLog: history.value.writeBuildLog,
    });
  } finally {
    await hub.close();
    const advice = leftovers.advice({
      run,
      inventory: opened.value.sources,
      leaseSeconds: options.lease ?? defaultLimits.leaseSeconds,
    });
    if (advice !== undefined) process.stderr.write(`tapbook: ${advice}\n`);
    await retainRuns(options);
  }
}

const nothingToLock: ReturnType<typeof lockRun> = Promise.resolve(ok({ [Symbol.asyncDispose]: async () => undefined }));

interface Work {
  readonly source: PlaySource;
  readonly options: RunOptions;
  readonly tables: TableMaker;
  readonly run: ReturnType<typeof newRunId>;
  readonly fleet: Fleet;
  readonly hub: EventHub;
  readonly interrupts: Interrupts;
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
}

async function carryOut(command: 'build' | 'apply', work: Work): Promise<ExitCode> {
  const { source, options, fleet, hub, interrupts, run } = work;
  const startedMs = performance.now();
  const plays: ReadonlyMap<HostName, HostOutcome>[] = [];
  const builds: Builds[] = [];
  let ready: readonly ReadyPlay[] = [];
  let fits: 'yes' | 'no' = 'yes';
  let reached: Reached = 'the-end';
  try {
    const cache = composeCache();
    const { kept, canaries } = composeMemory(options);
    const signal = interrupts.stop;
    const prepared = await source.prepare({
      fleet,
      events: hub,
      cache,
      kept,
      canaries,
      forks: options.forks,
      signal,
      latecomers: command === 'apply' ? 'join' : 'are-waited-for',
    });
    fits = prepared.fits;
    if (fits === 'yes') ready = prepared.ready;
    else
      plays.push(
        ...refusePlan(
          prepared.ready.map(({ plan }) => plan),
          hub,
        ),
      );
    const build = ({ plan, openBuildHosts, selected }: ReadyPlay, planned: readonly PlannedBuild[]): Promise<Builds> =>
      runBuilds(planned, {
        cache,
        canaries,
        openBuildHosts,
        events: hub,
        signal,
        limitSeconds: options.buildTimeout ?? plan.buildLimits.timeoutSeconds ?? defaultLimits.buildSeconds,
        nice: plan.buildLimits.nice,
        memoryBytes: plan.buildLimits.memoryBytes,
        ...(plan.buildLimits.jobs === undefined ? {} : { jobs: plan.buildLimits.jobs }),
        saveLog: work.saveLog,
        ...(command === 'build' ? { whenNotKept: 'fail' } : {}),
        onFailure: async name => {
          for (const host of selected.builders) if (host.name === name) await kept.drop(host);
        },
      });
    let isStopped = false;
    for (const play of ready) {
      const { plan } = play;
      // What is known to be stopped before it begins, or stands behind such a play, needs no modules.
      isStopped ||= plan.rollout.stopped !== undefined;
      if (command === 'apply' && isStopped) {
        builds.push(new Map());
        continue;
      }
      builds.push(await build(play, plan.builds));
    }
    let stoppedBefore: string | undefined;
    for (const [index, play] of ready.entries()) {
      if (command === 'build') {
        plays.push(builtOutcomes(play, builds[index] ?? new Map()));
        continue;
      }
      const failed = new Set(
        plays.flatMap(past => [...past].filter(([, outcome]) => isFailure(outcome)).map(([name]) => name)),
      );
      const { outcomes, stopped } = await runPlay({
        plan: play.plan,
        hosts: new Map(play.selected.hosts.map(host => [host.name, host])),
        uploadDirectories: play.uploadDirectories,
        builds: builds[index] ?? new Map(),
        failedBefore: failed,
        fleet,
        events: hub,
        run,
        forks: options.forks,
        leaseSeconds: options.lease ?? defaultLimits.leaseSeconds,
        stop: interrupts.stop,
        abandon: interrupts.abandon,
        ...optional('stoppedBefore', stoppedBefore),
        ...optional(
          'late',
          joinLateHosts(play, {
            known: builds[index] ?? new Map(),
            build,
            onJoined: (joined, all) => {
              ready = ready.with(index, joined);
              builds[index] = all;
            },
          }),
        ),
      });
      plays.push(outcomes);
      // As in Ansible, the plays behind one that was stopped are not begun either.
      if (stopped !== undefined) stoppedBefore ??= `play "${play.plan.name}" was stopped: ${stopped}`;
    }
  } catch (error) {
    // An abort comes up as the signal's own reason; all else is a bug.
    if (!interrupts.stop.aborted) throw error;
    reached = 'cut-short';
  }
  if (command === 'apply') tellTables(work);
  const plans = ready.map(play => play.plan);
  return finishRun(hub, { startedMs, plays, plans, builds, stopped: interrupts.stopped(), reached, fits });
}

function tellTables({ hub, tables, options }: Work): void {
  const made = tables.make({ ...optional('sort', options.sort), ...optional('top', options.top) });
  if (made.tables.length > 0 || made.histograms.length > 0) hub.emit(made);
  else if (options.format === 'table') {
    const text = 'there is no table: no host ran a script with aggregate, and none printed a histogram';
    hub.emit({ kind: 'notice', severity: 'warning', text });
  }
}

/** For `build` a host came out well if its modules are there. */
function builtOutcomes({ plan }: ReadyPlay, builds: Builds): ReadonlyMap<HostName, HostOutcome> {
  const failed = plan.builds.flatMap(({ id, hosts }) => {
    const result = builds.get(id);
    return result === undefined || result.ok ? [] : hosts.map(host => [host, result.error] as const);
  });
  return new Map(failed.map(([host, failure]) => [host, { kind: 'failed', failure }]));
}
