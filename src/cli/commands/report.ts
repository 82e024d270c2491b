import { resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { readOutputs } from '../../history/read/read-outputs.ts';
import type { RunStarted, ScriptFinished } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import { runProgram } from '../../process/run-program.ts';
import { createMatrixGatherer } from '../../records/gather-matrices.ts';
import { createSeriesGatherer } from '../../records/gather-series.ts';
import { createTableMaker } from '../../records/make-tables.ts';
import { formatReport } from '../../report/page/format-report.ts';
import { createSpanGatherer } from '../../report/page/gather-spans.ts';
import { hostsOfRun } from '../../report/tally/hosts-of-run.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { ReportOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { openRun } from '../session/open-run.ts';

/** `tapbook report`: a run of the history as one HTML page. */
export async function report(word: string, { out, open }: ReportOptions): Promise<ExitCode> {
  const spans = createSpanGatherer();
  const series = createSeriesGatherer();
  const tables = createTableMaker();
  const matrices = createMatrixGatherer();
  const ends: ScriptFinished[] = [];
  const opened = await openRun(
    word,
    event => {
      for (const reader of [spans, series, tables, matrices]) reader.read(event);
      if (event.kind === 'script-finished') ends.push(event);
    },
    'without-lines',
  );
  if (!opened.ok) return sayRefusal(opened.error, 'text');
  const { directory } = opened.value.entry;
  const page = formatReport({
    ...opened.value,
    ...(await readOutputs(directory, hostsOfRun(opened.value.tally), new AbortController().signal)),
    spans: spans.spans(),
    series: series.series(),
    matrices: matrices.matrices(),
    tables: tables.make(),
    ...optional('rerun', rerunLine(opened.value.tally.started)),
    ends,
  });
  if (out === '-') {
    ownConsole.print(page);
    return exitCodes.ok;
  }
  const path = out === undefined ? resolve(directory, 'report.html') : resolve(out);
  try {
    // Only its owner may read what hosts have printed, as everywhere in the history.
    await writeFileAtomic(path, page, { mode: 0o600 });
  } catch (error) {
    const reason = (error as Error).message.replace(/, \w+ '.*/s, '');
    const message = `${path} cannot be written: ${reason}`;
    const cure = 'name another file with --out, or print it with --out -';
    ownConsole.sayDiagnostics([{ severity: 'error', code: 'unwritable-file', message, cure }], 'text');
    return exitCodes.invalidInput;
  }
  ownConsole.print(`${path}\n`);
  if (open) await show(path);
  return exitCodes.ok;
}

/** Of extra variables only the names are kept: their values may be passwords. */
function rerunLine(started: RunStarted | undefined): string | undefined {
  if (started === undefined) return undefined;
  const { command, playbook, plan, inventory, selection = [] } = started;
  const words = selection.map((word, index) => (selection[index - 1] === '--extra-vars' ? `${word}=VALUE` : word));
  const from = plan === undefined ? inventory.flatMap(source => ['-i', source]) : [];
  return shellLine(['tapbook', command, plan?.path ?? playbook, ...from, ...words]);
}

/** Uses the desktop's opener, which returns at once. Without one nothing is lost: the page has been written. */
async function show(path: string): Promise<void> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const { signal } = new AbortController();
  const ran = await runProgram([opener, path], { signal, limitMs: 15_000, output: 'ignored', stderr: 'ignored' });
  if (ran.ok) return;
  const message = `no browser could be opened: ${opener} ${ran.error.cause}`;
  ownConsole.sayDiagnostics(
    [{ severity: 'warning', code: 'no-browser', message, cure: 'open the page yourself' }],
    'text',
  );
}
