import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofDiff, ofRuns, ofShow, pruneOptions, reportOptions } from '../options/history-options.ts';
import { refuseShowOptions } from '../refuse-show-options.ts';
import type { Finish } from './finish.ts';

/** Adds the commands that read the history of runs. */
export function addHistory(program: Command, finish: Finish): void {
  addRuns(program, finish);
  const show = program
    .command('show')
    .argument('<run>', runWords)
    .description('show how a run ended, and what hosts printed');
  addOptions(show, ...ofShow).action(async (run, options) => {
    const senseless = refuseShowOptions(options);
    if (senseless !== undefined) show.error(`error: ${senseless}`);
    const { showRun } = await import('../../commands/show-run.ts');
    finish(await showRun(run, options));
  });
  const report = program
    .command('report')
    .argument('[run]', runWords, 'last')
    .description(
      'write a run as one HTML page that needs no network: outcomes, tables, charts, timeline, output, provenance',
    );
  addOptions(report, reportOptions).action(async (run, options) => {
    const command = await import('../../commands/report.ts');
    finish(await command.report(run, options));
  });
  const diff = program
    .command('diff')
    .argument('<run>', runWords)
    .argument('<other>', 'the later one')
    .description(
      'compare two runs: hosts, kernels, modules, globals, outcomes, times, and what was measured: tables and histograms',
    );
  addOptions(diff, ...ofDiff).action(async (from, to, options) => {
    const { diffTwoRuns } = await import('../../commands/diff-two-runs.ts');
    finish(await diffTwoRuns(from, to, options));
  });
}

function addRuns(program: Command, finish: Finish): void {
  const runs = program.command('runs').description('list runs, the newest first');
  addOptions(runs, ...ofRuns).action(async options => {
    const { printRuns } = await import('../../commands/print-runs.ts');
    finish(await printRuns(options));
  });
  const prune = runs
    .command('prune')
    .description('remove old runs; never one that runs, nor the last one of a playbook');
  addOptions(prune, pruneOptions).action(async options => {
    const { pruneHistory } = await import('../../commands/prune-history.ts');
    finish(await pruneHistory(options));
  });
}

const runWords = 'its id or the beginning of it, last or @last, last:PLAYBOOK, -1 (the newest), -2, …';
