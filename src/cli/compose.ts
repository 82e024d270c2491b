import { join } from 'node:path';
import { type CanaryRecords, openCanaryRecords } from '../build/canary-records.ts';
import { type KeptFacts, openKeptFacts } from '../build/kept-facts.ts';
import { type ModuleCache, openModuleCache } from '../build/module-cache.ts';
import { createHistoryWriter } from '../history/history-writer.ts';
import { createRunDirectory, type RunDirectory } from '../history/run-directory.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { EventReader } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { createCsvReporter } from '../report/csv-reporter.ts';
import { createNdjsonReporter } from '../report/ndjson-reporter.ts';
import { createPlainReporter } from '../report/plain-reporter.ts';
import { createLocalTransport } from '../transport/local/local-transport.ts';
import { createOpensshTransport } from '../transport/openssh/openssh-transport.ts';
import { routeTransport } from '../transport/route-transport.ts';
import type { Questions } from '../transport/ssh/questions.ts';
import { createSshTransport } from '../transport/ssh/ssh-transport.ts';
import type { ConnectLimits, Transport } from '../transport/transport.ts';
import { colourOf } from './colour.ts';
import type { ApplyOptions, RunOptions } from './options.ts';
import { cacheDirectory, stateDirectory } from './paths.ts';
import { version } from './version.ts';

/** The only place where adapters and reporters are made. */
export function composeTransport({ questions, say }: Voice): Transport {
  const ssh = createSshTransport({ say, ...(questions === undefined ? {} : { questions }) });
  return routeTransport({ ssh, openssh: createOpensshTransport(), local: createLocalTransport() }, say);
}

/** What connections have to say to the person who runs this, and to ask. */
export interface Voice {
  readonly say: (text: string) => void;
  /** Only with `--ask`. */
  readonly questions?: Questions;
}

export const connectLimits: ConnectLimits = { connect: 20_000, keepalive: 10_000, keepaliveCount: 3 };

export function composeCache(): ModuleCache {
  return openModuleCache(join(cacheDirectory(), 'modules'));
}

/** What is remembered of build hosts. With --flush-cache they are asked again, and what failed is tried again. */
export function composeMemory({ flushCache }: Pick<ApplyOptions, 'flushCache'>): {
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

/** The directory of a run, and who writes into it. */
export interface History extends RunDirectory {
  readonly reader: EventReader;
}

export async function composeHistory(
  run: RunId,
  onTrouble: (reason: string) => void,
): Promise<Result<History, Diagnostic>> {
  const directory = await createRunDirectory(stateDirectory(), run);
  if (directory.ok) {
    return ok({ ...directory.value, reader: createHistoryWriter(directory.value.path, { onTrouble }) });
  }
  const cure = 'set XDG_STATE_HOME to a folder that can be written to';
  return err({ severity: 'error', code: 'no-history', message: directory.error, cure });
}

/** Who reads the events of a run, besides its history. */
export async function composeReporters(
  options: Pick<RunOptions, 'format' | 'quiet' | 'verbose' | 'ask'>,
  onBrokenPipe: (error: Error) => void,
): Promise<readonly EventReader[]> {
  const reporter = await composeReporter(options, onBrokenPipe);
  return options.format === 'csv'
    ? [createCsvReporter({ stdout: process.stdout, onBrokenPipe }), reporter]
    : [reporter];
}

const resultsOf = { text: 'lines-and-tables', table: 'tables', csv: 'none' } as const;

/** The reporter for where the output goes: a terminal with its progress, plain lines, or JSON. */
export async function composeReporter(
  { format, quiet, verbose, ask }: Pick<RunOptions, 'format' | 'quiet' | 'verbose' | 'ask'>,
  onBrokenPipe: (error: Error) => void,
): Promise<EventReader> {
  const { stdout, stderr, env } = process;
  if (format === 'json') return createNdjsonReporter({ stdout, onBrokenPipe });
  const verbosity = quiet ? ('quiet' as const) : verbose ? ('verbose' as const) : ('normal' as const);
  const options = {
    stdout,
    stderr,
    columns: () => stderr.columns ?? stdout.columns ?? 80,
    colour: { stdout: colourOf(stdout), stderr: colourOf(stderr) },
    verbosity,
    results: resultsOf[format],
    onBrokenPipe,
  };
  // A progress that is drawn again and again would write over a question.
  const isPlain =
    ask ||
    (format === 'csv' && stdout.isTTY) ||
    !stderr.isTTY ||
    verbosity === 'quiet' ||
    env['CI'] ||
    env['TERM'] === 'dumb' ||
    env['NO_COLOR'];
  if (isPlain) return createPlainReporter(options);
  // listr2 is loaded for a terminal only.
  const { createTerminalReporter } = await import('../report/terminal-reporter.ts');
  return createTerminalReporter({
    ...options,
    rows: () => stderr.rows ?? 24,
    stdoutIs: stdout.isTTY ? 'terminal' : 'elsewhere',
    now: () => Date.now(),
  });
}
