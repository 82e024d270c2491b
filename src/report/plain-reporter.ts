import type { Event, EventReader } from '../model/event.ts';
import { formatFleetTables } from './fleet-tables.ts';
import { formatHostLine } from './host-line.ts';
import { progressLines } from './progress-lines.ts';
import { formatRecap, isWorthTelling } from './recap.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createTally, isToldBefore } from './run-tally.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * For logs, pipes and terminals that cannot move the cursor: `HOST | line` to stdout as it comes, one line for each
 * line, so that grep and awk find a host's, and the tables of all hosts at the end; progress, `HOST ! line` and the recap to stderr.
 */
export function createPlainReporter(options: ReporterOptions): EventReader {
  const { colour, verbosity, results: shown = 'lines-and-tables' } = options;
  const results = createStreamWriter(options.stdout, options.onBrokenPipe);
  // Without a place to tell of it, a stderr that is gone is no reason to do anything.
  const progress = createStreamWriter(options.stderr, () => {});
  const { tally, read } = createTally();
  return {
    read(event: Event) {
      read(event);
      if (event.kind === 'line') {
        if (verbosity === 'quiet' || (shown !== 'lines-and-tables' && event.stream === 'stdout')) return;
        const line = { hosts: [event.host], sign: event.stream === 'stdout' ? '|' : '!', text: event.text } as const;
        const to = event.stream === 'stdout' ? results : progress;
        to.write(`${formatHostLine(line, colour[event.stream])}\n`);
        return;
      }
      if (event.kind === 'tables') {
        if (shown === 'tables' || (shown === 'lines-and-tables' && verbosity !== 'quiet')) {
          const tables = formatFleetTables(event, { colour: colour.stdout, columns: options.columns() });
          results.write(shown === 'tables' || tables === '' ? tables : `\n${tables}`);
        }
        return;
      }
      if (isToldBefore(tally, event)) return;
      progress.write(
        progressLines(event, verbosity)
          .map(line => `${line}\n`)
          .join(''),
      );
      if (event.kind === 'run-finished' && (verbosity !== 'quiet' || isWorthTelling(tally))) {
        const recap = { colour: colour.stderr, columns: options.columns(), verbosity, sentences: 'whole' } as const;
        progress.write(formatRecap(tally, recap));
      }
    },
    congestion: () => results.congestion() ?? progress.congestion(),
    async close() {
      await Promise.all([results.close(), progress.close()]);
    },
  };
}
