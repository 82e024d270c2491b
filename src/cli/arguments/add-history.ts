import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../playbook/parse-amounts.ts';
import type { DiffOptions } from '../commands/diff-two-runs.ts';
import type { PruneOptions } from '../commands/prune-history.ts';
import type { ReportOptions } from '../commands/report.ts';
import type { RunsOptions } from '../commands/runs.ts';
import type { ShowRunOptions } from '../commands/show-run.ts';
import { addTableWishes } from './add-table-wishes.ts';
import { runOutcomes } from './run-outcomes.ts';
import { wholeNumber } from './whole-number.ts';

/** The commands that tell of runs that were. */
export function addHistory(program: Command, finish: (code: number) => void): void {
  const runs = program
    .command('runs')
    .description('the runs that were, the newest first')
    .option('--playbook <name>', "only those of this playbook: its path, its file's name, or that without its ending")
    .option('--host <name>', 'only those with this host')
    .addOption(new Option('--outcome <outcome>', 'only those that ended so').choices(runOutcomes))
    .addOption(new Option('--since <when>', 'only those since then: 2d, 12h, 2026-11-23').argParser(since))
    .addOption(new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(0, 9_999_999)))
    .addOption(format())
    .action(async (options: RunsOptions) => {
      const { printRuns } = await import('../commands/runs.ts');
      finish(await printRuns(options));
    });
  runs
    .command('prune')
    .description('remove old runs; never one that runs, nor the last one of a playbook')
    .addOption(
      new Option('--keep <n>', 'keep so many ($TAPBOOK_KEEP_RUNS, else 500)').argParser(wholeNumber(0, 9_999_999)),
    )
    .addOption(
      new Option('--older-than <duration>', 'remove those that are older ($TAPBOOK_KEEP_AGE, else 90d)').argParser(age),
    )
    .option('-C, --check', 'only say which')
    .action(async (options: PruneOptions) => {
      const { pruneHistory } = await import('../commands/prune-history.ts');
      finish(await pruneHistory(options));
    });
  addTableWishes(program.command('show').argument('<run>', runWords))
    .description('what a run came to, and what hosts printed')
    .option('--host <name>', 'of this host only: its outcome and what it printed')
    .option('--output', 'what all hosts printed too')
    .option('--events', 'its events, one a line')
    .option('-v, --verbose', 'all that failures have to say')
    .addOption(
      new Option('--format <format>', 'csv: the records; table: what they come to for all hosts, or for --host')
        .choices(['text', 'json', 'csv', 'table'])
        .default('text'),
    )
    .action(async (run: string, options: ShowRunOptions) => {
      const { showRun } = await import('../commands/show-run.ts');
      finish(await showRun(run, options));
    });
  program
    .command('report')
    .argument('[run]', runWords, 'last')
    .description('a run as one HTML page that needs no network: outcomes, tables, charts, timeline, output, provenance')
    .option('--out <file>', "write it there, - is standard output (else report.html in the run's directory)")
    .option('--open', 'show it in a browser')
    .action(async (run: string, options: ReportOptions) => {
      const { report } = await import('../commands/report.ts');
      finish(await report(run, options));
    });
  program
    .command('diff')
    .argument('<run>', runWords)
    .argument('<other>', 'the later one')
    .description('what changed from one run to another: hosts, kernels, modules, globals, outcomes, times')
    .addOption(format())
    .action(async (from: string, to: string, options: DiffOptions) => {
      const { diffTwoRuns } = await import('../commands/diff-two-runs.ts');
      finish(await diffTwoRuns(from, to, options));
    });
}

const runWords = 'its id or the beginning of it, last, last:PLAYBOOK, -1 (the newest), -2, …';

function format(): Option {
  return new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text');
}

/** In milliseconds. */
function age(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('Give a duration such as 30d or 12h.');
  return seconds * 1000;
}

/** In milliseconds since the epoch. */
function since(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return Date.now() - seconds * 1000;
  // A date alone means the beginning of that day here, where ISO 8601 would take it for UTC.
  const at = /^\d{4}-\d\d-\d\d/.test(text)
    ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a duration such as 2d, or a date such as 2026-11-23.');
  return at;
}
