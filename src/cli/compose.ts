import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createFleet, type Fleet } from '../engine/fleet/fleet.ts';
import { createHistoryWriter, type HistoryWriter } from '../history/write/history-writer.ts';
import { createRunDirectory, type RunDirectory } from '../history/write/run-directory.ts';
import { defaultLimits } from '../model/default-limits.ts';
import type { EventReader } from '../model/event.ts';
import type { HostName, RunId } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { err, ok, type Result } from '../model/result.ts';
import { version } from '../model/version.ts';
import { type BinaryStore, openBinaryStore } from '../module/binaries/binary-store.ts';
import { type CanaryRecords, openCanaryRecords } from '../module/cache/canary-records.ts';
import { type KeptFacts, openKeptFacts } from '../module/cache/kept-facts.ts';
import { type KeptProbes, openKeptProbes } from '../module/cache/kept-probes.ts';
import { type ModuleCache, openModuleCache } from '../module/cache/module-cache.ts';
import { createDescriptorBudget, type DescriptorBudget, endlessDescriptors } from '../process/descriptor-budget.ts';
import { openFilesLimit, roomWithin } from '../process/open-files-limit.ts';
import { whoElseWrites } from '../process/own-folder.ts';
import { countOf } from '../report/layout/amounts.ts';
import { colourOf } from '../report/live/colour-of.ts';
import { columnsOf } from '../report/live/columns-of.ts';
import { createCsvReporter } from '../report/live/csv-reporter.ts';
import { createNdjsonReporter } from '../report/live/ndjson-reporter.ts';
import { createPlainReporter } from '../report/live/plain-reporter.ts';
import type { ReporterOptions } from '../report/live/reporter-options.ts';
import { routeTransport } from '../transport/route-transport.ts';
import type { ConnectLimits, Transport } from '../transport/transport.ts';
import type { RunOptions } from './arguments/options/apply-options.ts';
import { type ConnectionPrompts, connectionPrompts } from './asking/connection-prompts.ts';
import { ownConsole } from './own-console.ts';
import { cacheDirectory, stateDirectory } from './paths.ts';
import type { PrintOutputs } from './session/print-outputs.ts';
import { isSameTerminal, unblockTerminal } from './session/unblock-terminal.ts';

/** The only place where adapters and reporters are made. */
function composeTransport({ questions, say }: ConnectionPrompts, descriptors: DescriptorBudget): Transport {
  return routeTransport({ say, descriptors, ...optional('questions', questions) });
}

function composeDescriptors(): DescriptorBudget {
  const limit = openFilesLimit();
  return limit === undefined ? endlessDescriptors : createDescriptorBudget({ limit, room: roomWithin(limit) });
}

/** Opens connections for a command, until it is disposed of or `signal` fires. `say` gets the messages of connections. */
export function composeFleet(
  options: { readonly ask?: boolean },
  say: (text: string) => void,
  signal: AbortSignal,
): Fleet {
  const descriptors = composeDescriptors();
  const transport = composeTransport(connectionPrompts(options, say), descriptors);
  return createFleet(transport, connectLimits, signal, descriptors);
}

export const connectLimits: ConnectLimits = {
  connect: defaultLimits.connectSeconds * 1000,
  keepalive: 10_000,
  keepaliveCount: 3,
};

/** Modules that are in a folder of somebody else, or that others may write to, would be loaded as if they were one's own. */
export async function composeCache(): Promise<Result<ModuleCache, Refusal>> {
  const directory = join(cacheDirectory(), 'modules');
  const cure = 'set XDG_CACHE_HOME to a folder of your own, or mend owner and mode';
  const whose = await whoElseWrites(directory);
  if (whose !== undefined) {
    const message = `the cache of modules is not safe: ${whose}`;
    return err(refuse('invalid-input', { code: 'unsafe-folder', message, cure }));
  }
  const unread = await whyUnreadable(directory);
  if (unread === undefined) return ok(openModuleCache(directory));
  const message = `the cache of modules cannot be read: ${unread}`;
  return err(refuse('invalid-input', { code: 'unreadable-directory', message, cure }));
}

/** What targets' binaries are kept in. A folder that others may write to is refused when something is put there. */
export function composeBinaries(): BinaryStore {
  return openBinaryStore(join(cacheDirectory(), 'binaries'));
}

/** One that is not there is made later. */
async function whyUnreadable(directory: string): Promise<string | undefined> {
  return access(directory, constants.R_OK | constants.X_OK).then(
    () => undefined,
    ({ code, message }: NodeJS.ErrnoException) => (code === 'ENOENT' || code === 'ENOTDIR' ? undefined : message),
  );
}

/** What is remembered of build hosts. With --flush-cache they are asked again, and builds that failed are tried again. */
export function composeMemory({ flushCache }: Pick<RunOptions, 'flushCache'>): {
  readonly kept: KeptFacts;
  readonly canaries: CanaryRecords;
} {
  const kept = openKeptFacts(join(cacheDirectory(), 'build-hosts'), version);
  const canaries = join(cacheDirectory(), 'canaries');
  if (!flushCache) return { kept, canaries: openCanaryRecords(canaries) };
  return {
    kept: { ...kept, find: async () => undefined, knows: async () => false },
    canaries: openCanaryRecords(canaries, { failures: 'tried-again' }),
  };
}

/** What is remembered of binaries, by their build-ids. */
export function composeKeptProbes(): KeptProbes {
  return openKeptProbes(join(cacheDirectory(), 'binary-probes'));
}

/** The directory of a run, and what writes into it. */
export interface History extends RunDirectory {
  readonly reader: HistoryWriter;
}

export async function composeHistory(
  run: RunId,
  onTrouble: (reason: string) => void,
): Promise<Result<History, Refusal>> {
  const directory = await createRunDirectory(stateDirectory(), run);
  if (directory.ok) {
    return ok({ ...directory.value, reader: createHistoryWriter(directory.value.path, { onTrouble }) });
  }
  const cure = 'set XDG_STATE_HOME to a folder of your own that can be written to';
  return err(refuse('invalid-input', { code: 'no-history', message: directory.error, cure }));
}

/** Makes what reads the events of a run, besides its history. */
export async function composeReporters(
  options: ReportOptions,
  onBrokenPipe: (error: Error) => void,
  kept: KeptOutputs,
): Promise<readonly EventReader[]> {
  const isQuiet = options.quiet === true && options.format !== 'json';
  const reporter = isQuiet
    ? await composeQuietReporter(options, kept.run, onBrokenPipe)
    : await composeReporter(options, onBrokenPipe, kept);
  if (options.format !== 'csv') return [reporter];
  const onLeftOut = (rows: number): void => {
    const all = `tapbook show ${kept.run} --format csv`;
    ownConsole.tell(`${countOf(rows, 'row')} not printed, since nobody read in time; see them with ${all}`);
  };
  // Closed last: its messages belong below the recap.
  return [reporter, createCsvReporter({ stdout: ownConsole.stdout, onBrokenPipe, onLeftOut })];
}

async function composeQuietReporter(
  options: Pick<RunOptions, 'format' | 'verbose'>,
  run: RunId,
  onBrokenPipe: (error: Error) => void,
): Promise<EventReader> {
  const { createQuietReporter } = await import('../report/live/quiet-reporter.ts');
  const { findEarlierRuns } = await import('./session/find-earlier-runs.ts');
  return createQuietReporter(reporterOptions(options, onBrokenPipe), () => findEarlierRuns(stateDirectory(), run));
}

type ReportOptions = Pick<
  RunOptions,
  'format' | 'quiet' | 'verbose' | 'ask' | 'prefix' | 'timestamps' | 'fold' | 'diff'
>;

/** The run, and the directory that keeps what its hosts print. `signal` ends the printing of kept outputs. */
type KeptOutputs = Pick<PrintOutputs, 'directory' | 'signal'> & { readonly run: RunId };

const resultsOf = { text: 'lines-and-tables', table: 'tables', csv: 'none' } as const;

/** The reporter for where the output goes: a terminal with its progress, plain lines, or JSON. */
export async function composeReporter(
  { format, verbose, ask, prefix, timestamps, fold, diff }: Omit<ReportOptions, 'quiet'>,
  onBrokenPipe: (error: Error) => void,
  kept?: KeptOutputs,
): Promise<EventReader> {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) unblockTerminal(stream);
  if (format === 'json') return createNdjsonReporter({ stdout, onBrokenPipe });
  const colour = colourOf(stdout, process.env);
  const printed: PrintOutputs | undefined =
    kept !== undefined && (fold || diff) ? { ...kept, differing: diff ? 'as-diff' : 'whole', colour } : undefined;
  const options: ReporterOptions = {
    ...reporterOptions({ format, ...optional('verbose', verbose) }, onBrokenPipe),
    lineHead: { time: timestamps ? 'shown' : 'none', host: prefix === false ? 'none' : 'shown' },
    ...(printed === undefined ? {} : { outputs: (hosts: readonly HostName[]) => outputsOf(printed, hosts) }),
  };
  // Progress is redrawn all the time, and would write over a question.
  const isPlain =
    ask ||
    (format === 'csv' && stdout.isTTY) ||
    !stderr.isTTY ||
    env['CI'] ||
    env['TERM'] === 'dumb' ||
    env['NO_COLOR'];
  if (isPlain) return createPlainReporter(options);
  // listr2 is loaded only for a terminal.
  const { createTerminalReporter } = await import('../report/live/terminal-reporter.ts');
  return createTerminalReporter({
    ...options,
    rows: () => stderr.rows || 24,
    stdoutIs: isSameTerminal(stdout, stderr) ? 'terminal' : 'elsewhere',
  });
}

function reporterOptions(
  { format, verbose }: Pick<RunOptions, 'format' | 'verbose'>,
  onBrokenPipe: (error: Error) => void,
): ReporterOptions {
  const { stdout, stderr } = process;
  return {
    stdout,
    stderr: isSameTerminal(stdout, stderr) ? stdout : stderr,
    columns: () => columnsOf(stderr, stdout),
    colour: { stdout: colourOf(stdout, process.env), stderr: colourOf(stderr, process.env) },
    verbosity: verbose ? 'verbose' : 'normal',
    now: () => Date.now(),
    ...optional('results', format === 'json' ? undefined : resultsOf[format]),
    onBrokenPipe,
  };
}

/** The library for diffs is loaded only if one is wanted. */
async function* outputsOf(printed: PrintOutputs, hosts: readonly HostName[]): AsyncGenerator<string> {
  const { printOutputs } = await import('./session/print-outputs.ts');
  yield* printOutputs(printed, hosts);
}
