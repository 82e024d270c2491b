import { type Builds, runBuilds } from '../build/run-builds.ts';
import { newRunId } from '../history/new-run-id.ts';
import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { createTableMaker, type TableMaker } from '../records/make-tables.ts';
import { type Fleet, gatherFleet } from '../run/fleet.ts';
import { runPlay } from '../run/run-play.ts';
import { isFailure } from '../run/why-stop.ts';
import {
  composeCache,
  composeHistory,
  composeMemory,
  composeReporters,
  composeTransport,
  connectLimits,
} from './compose.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { ApplyOptions, RunOptions } from './options.ts';
import { planPlays, type ReadyPlay } from './plan-plays.ts';
import { sayDiagnostics } from './say-diagnostics.ts';
import { type SelectedPlays, selectPlays } from './select-plays.ts';
import { catchSignals, type Interrupts } from './signals.ts';
import { silentReader } from './silent-reader.ts';
import { refuseTableOptions } from './table-options.ts';
import { finishRun } from './tally-outcomes.ts';
import { version } from './version.ts';
import { voiceOf } from './voice.ts';

/** How long one build may take where nobody says it, in seconds. */
const defaultBuildLimit = 900;

/** Without `--lease`, in seconds. */
const defaultLease = 60;

/** `tapbook apply` and `tapbook build`: plan, build what is missing, and for `apply` run it everywhere. */
export async function apply(
  command: 'build' | 'apply',
  playbookPath: string,
  runOptions: RunOptions,
): Promise<ExitCode> {
  // What is wrong in the input stands on stderr where stdout is for programs other than JSON's.
  const options: ApplyOptions = { ...runOptions, format: runOptions.format === 'json' ? 'json' : 'text' };
  let hub: EventHub | undefined;
  using interrupts = catchSignals(signal => {
    const text =
      command === 'apply'
        ? `${signal}: no further host is begun; scripts are stopped and unloaded. Once more leaves that to their lease.`
        : `${signal}: builds are stopped.`;
    hub?.emit({ kind: 'notice', severity: 'warning', text });
  });
  const selected = await selectPlays(playbookPath, options, interrupts.stop);
  if (!selected.ok) {
    sayDiagnostics(selected.error.diagnostics, options.format);
    return selected.error.exitCode;
  }
  const refused = refuseTableOptions(runOptions, selected.value);
  if (refused !== undefined) {
    sayDiagnostics(refused.diagnostics, options.format);
    return refused.exitCode;
  }
  if (options.format === 'text' && !options.quiet) sayDiagnostics(selected.value.warnings, 'text');

  const run = newRunId(new Date());
  const warn = (text: string): void => hub?.emit({ kind: 'notice', severity: 'warning', text });
  const history = await composeHistory(run, warn);
  if (!history.ok) {
    sayDiagnostics([history.error], options.format);
    return exitCodes.invalidInput;
  }
  const reporters = await composeReporters(runOptions, () =>
    interrupts.requestStop('nobody reads the output any more'),
  );
  const tables = createTableMaker();
  hub = createEventHub(run, [history.value.reader, ...reporters, { ...silentReader, read: tables.read }]);
  const { playbook, inventory } = selected.value;
  hub.emit({
    kind: 'run-started',
    command,
    version,
    playbook: playbook.source.path,
    inventory: inventory.sources.map(source => source.path),
    directory: history.value.path,
  });
  try {
    await using fleet = gatherFleet(composeTransport(voiceOf(options, warn)), connectLimits, interrupts.stop);
    return await carryOut(command, {
      selected: selected.value,
      options: runOptions,
      run,
      fleet,
      hub,
      interrupts,
      tables,
      saveLog: history.value.writeBuildLog,
    });
  } finally {
    await hub.close();
  }
}

interface Work {
  readonly selected: SelectedPlays;
  readonly options: RunOptions;
  readonly tables: TableMaker;
  readonly run: ReturnType<typeof newRunId>;
  readonly fleet: Fleet;
  readonly hub: EventHub;
  readonly interrupts: Interrupts;
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
}

async function carryOut(command: 'build' | 'apply', work: Work): Promise<ExitCode> {
  const { selected, options, fleet, hub, interrupts, run } = work;
  const startedMs = performance.now();
  const plays: ReadonlyMap<HostName, HostOutcome>[] = [];
  const builds: Builds[] = [];
  let ready: readonly ReadyPlay[] = [];
  try {
    const cache = composeCache();
    const { kept, canaries } = composeMemory(options);
    const signal = interrupts.stop;
    ready = await planPlays(selected.plays, {
      fleet,
      events: hub,
      cache,
      kept,
      canaries,
      forks: options.forks,
      signal,
    });
    for (const { plan, workshops, selected } of ready) {
      builds.push(
        await runBuilds(plan.builds, {
          cache,
          canaries,
          workshops,
          events: hub,
          signal,
          limitSeconds: options.buildTimeout ?? plan.buildLimits.timeoutSeconds ?? defaultBuildLimit,
          nice: plan.buildLimits.nice,
          memoryBytes: plan.buildLimits.memoryBytes,
          ...(plan.buildLimits.jobs === undefined ? {} : { jobs: plan.buildLimits.jobs }),
          saveLog: work.saveLog,
          onFailure: async name => {
            for (const host of selected.builders) if (host.name === name) await kept.drop(host);
          },
        }),
      );
    }
    for (const [index, play] of ready.entries()) {
      if (command === 'build') {
        plays.push(builtOutcomes(play, builds[index] ?? new Map()));
        continue;
      }
      const failed = new Set(
        plays.flatMap(past => [...past].filter(([, outcome]) => isFailure(outcome)).map(([name]) => name)),
      );
      plays.push(
        await runPlay({
          plan: play.plan,
          hosts: new Map(play.selected.hosts.map(host => [host.name, host])),
          uploadDirectories: play.uploadDirectories,
          builds: builds[index] ?? new Map(),
          failedBefore: failed,
          fleet,
          events: hub,
          run,
          forks: options.forks,
          leaseSeconds: options.lease ?? defaultLease,
          stop: interrupts.stop,
          abandon: interrupts.abandon,
        }),
      );
    }
  } catch (error) {
    // An abort comes up as the signal's own reason; all else is a bug.
    if (!interrupts.stop.aborted) throw error;
  }
  if (command === 'apply') tellTables(work);
  const plans = ready.map(play => play.plan);
  return finishRun(hub, { startedMs, plays, plans, builds, interrupted: interrupts.stop.aborted });
}

function tellTables({ hub, tables, options }: Work): void {
  const { sort, top } = options;
  const made = tables.make({ ...(sort && { sort }), ...(top && { top }) });
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
