import type { ApplyRequest, RunResult } from '../../engine/apply-run.ts';
import { createEventHub } from '../../engine/event-hub.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { Provenance } from '../../engine/sources/read-provenance.ts';
import type { RunEvents } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { Refusal } from '../../model/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { version } from '../../model/version.ts';
import { createTableMaker } from '../../records/make-tables.ts';
import type { RunOptions } from '../arguments/options/apply-options.ts';
import { selectionWords } from '../arguments/selection-words.ts';
import { composeHistory, composeReporters } from '../compose.ts';
import type { ExitCode } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import type { Interrupts } from './catch-signals.ts';
import { exitCodeOfRun } from './exit-code-of-run.ts';
import { silentReader } from './silent-reader.ts';
import { type LeftoverWatch, watchLeftovers } from './watch-leftovers.ts';
import { isHangUp, isLoss } from './watch-output.ts';

/** Everything that records or reports a run: its history, its reporters, and the text at its end. */
export interface RunRecord {
  readonly events: RunEvents;
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
  /** Whether any host has had its turn: from then on something may be loaded. */
  hasBegun(): boolean;
  /** Emits the tables and the end of the run, once all that hosts have printed is kept or is known to be lost. */
  finish(result: RunResult): Promise<ExitCode>;
  /** To be called once, in any case. Prints what needs attention afterwards; resolves to whether all could be kept. */
  close(words: Parameters<LeftoverWatch['advice']>[0]): Promise<'complete' | 'incomplete'>;
}

/** Makes the directory of a run and its reporters, and emits its start. */
export async function openRecord(
  command: ApplyRequest['command'],
  run: RunId,
  { source, provenance }: { readonly source: PlaySource; readonly provenance: Provenance },
  options: RunOptions,
  interrupts: Interrupts,
): Promise<Result<RunRecord, Refusal>> {
  const history = await composeHistory(run, text => hub.emit({ kind: 'notice', severity: 'warning', text }));
  if (!history.ok) return history;
  const { path: directory, reader, writeBuildLog: saveLog } = history.value;
  const kept = { run, directory, signal: interrupts.abandon };
  const reporters = await composeReporters(options, stopAtBrokenPipe(interrupts), kept);
  const leftovers = watchLeftovers();
  const tables = createTableMaker();
  const hub = createEventHub(run, [reader, leftovers, ...reporters, { ...silentReader, read: tables.read }]);
  const { playbook, inventory } = source;
  const selection = selectionWords(options, source);
  hub.emit({
    kind: 'run-started',
    command,
    version,
    playbook,
    ...optional('plan', source.kind === 'saved-plan' ? source.plan : undefined),
    inventory,
    ...optional('selection', selection.length > 0 ? selection : undefined),
    ...optional('repositories', provenance.repositories.length > 0 ? provenance.repositories : undefined),
    directory,
  });

  const tellTables = (): void => {
    const made = tables.make({ ...optional('sort', options.sort), ...optional('top', options.top) });
    if (made.tables.length > 0 || made.histograms.length > 0) hub.emit(made);
    else if (options.format === 'table') {
      const text = 'there is no table: no host ran a script with aggregate, and none printed a histogram';
      hub.emit({ kind: 'notice', severity: 'warning', text });
    }
  };
  return ok({
    events: hub,
    saveLog,
    hasBegun: leftovers.hasBegun,
    async finish(result) {
      if (command === 'apply') tellTables();
      const kept = await reader.flush();
      const stopped = interrupts.stopped();
      const exitCode = exitCodeOfRun(result, stopped, kept);
      const { seconds, hosts, builds } = result;
      hub.emit({ kind: 'run-finished', exitCode, ...optional('stopped', stopped), seconds, hosts, builds });
      return exitCode;
    },
    async close(words) {
      await hub.close();
      const advice = leftovers.advice(words);
      if (advice !== undefined) ownConsole.tell(`${advice}`);
      return reader.flush();
    },
  });
}

/** Stops the run when its output can no longer be written, or is no longer read. */
function stopAtBrokenPipe(interrupts: Interrupts): (error: Error) => void {
  return error => {
    if (isHangUp(error)) interrupts.requestStop('signal', 'the terminal was closed');
    else if (isLoss(error))
      interrupts.requestStop('output-lost', `standard output cannot be written (${error.message})`);
    else interrupts.requestStop('reader-gone', 'nobody reads standard output any more');
  };
}
