import type { Event, EventReader } from '../../model/event.ts';
import type { TablesMade } from '../../model/records.ts';
import { createTally } from '../tally/run-tally.ts';
import { formatFleetTables } from '../texts/fleet-tables.ts';
import { formatRecap } from '../texts/recap.ts';
import { describeWaiting } from './describe-waiting.ts';
import { formatHostLine, plainHead } from './host-line.ts';
import { pipeLag, sayGap } from './output-gap.ts';
import { progressLines } from './progress-lines.ts';
import { createRepeatFilter } from './recognise-repeats.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter } from './stream-writer.ts';
import { watchSilence } from './watch-silence.ts';
import { hostsBegun, writeOutputs } from './write-outputs.ts';

/**
 * For logs, pipes and terminals that cannot move the cursor: `HOST | line` to stdout as it comes, one line for each
 * line, so that grep and awk find a host's, and the tables of all hosts at the end; progress, `HOST ! line` and the recap to stderr. A long
 * silence has a line that names who is waited for.
 */
export function createPlainReporter(options: ReporterOptions): EventReader {
  const { colour, verbosity, results: shown = 'lines-and-tables', lineHead = plainHead, outputs } = options;
  const { tally, read } = createTally();
  const lag = { ...pipeLag, gap: (lines: number) => `${sayGap(lines, tally)}\n` };
  const results = createStreamWriter(options.stdout, options.onBrokenPipe, lag);
  // Without a place to tell of it, a stderr that is gone is no reason to do anything.
  const progress = options.stderr === options.stdout ? results : createStreamWriter(options.stderr, () => {}, lag);
  // Both may be the same terminal or log: what came first stands above.
  const tell = (text: string) => {
    results.flush();
    progress.write(text);
  };
  const isToldBefore = createRepeatFilter(tally);
  const silence = watchSilence(options.now, heardAt => {
    const { focus, finished } = tally;
    const words =
      focus === undefined || finished !== undefined ? undefined : describeWaiting(focus, options.now(), heardAt);
    if (words !== undefined) tell(`${words}\n`);
  });
  let made: TablesMade | undefined;
  const writeTables = () => {
    if (made === undefined || shown === 'none') return;
    const tables = formatFleetTables(made, { colour: colour.stdout, columns: options.columns() });
    results.write(shown === 'tables' || tables === '' ? tables : `\n${tables}`);
  };
  const writeRecap = () => {
    const recap = { colour: colour.stderr, columns: options.columns(), verbosity, sentences: 'whole' } as const;
    const leftOut = results.leftOut() + (progress === results ? 0 : progress.leftOut());
    tell(formatRecap(tally, { ...recap, leftOut }));
  };
  return {
    read(event: Event) {
      read(event);
      silence.heard();
      if (event.kind === 'line') {
        const isUnshown = shown !== 'lines-and-tables' || outputs !== undefined;
        if (isUnshown && event.stream === 'stdout') return;
        const { host, text, time } = event;
        const line = { hosts: [host], sign: event.stream === 'stdout' ? '|' : '!', text, time } as const;
        const shownLine = `${formatHostLine(line, colour[event.stream], lineHead)}\n`;
        if (event.stream === 'stdout') results.offer(shownLine);
        else {
          results.flush();
          progress.offer(shownLine);
          progress.flush();
        }
        return;
      }
      if (event.kind === 'tables') {
        made = event;
        if (outputs === undefined) writeTables();
        return;
      }
      if (isToldBefore(event)) return;
      tell(
        progressLines(event, verbosity)
          .map(line => `${line}\n`)
          .join(''),
      );
      if (event.kind === 'run-finished' && outputs === undefined) writeRecap();
    },
    congestion: () => results.congestion() ?? progress.congestion(),
    async close() {
      silence.close();
      // They are read from files, which are complete only when the run is over.
      if (outputs !== undefined && tally.finished !== undefined) {
        await writeOutputs(outputs(hostsBegun(tally)), results);
        writeTables();
        writeRecap();
      }
      await Promise.all([results.close(), progress.close()]);
    },
  };
}
