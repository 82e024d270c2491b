import type { EventReader } from '../../model/event.ts';
import { createTally } from '../tally/run-tally.ts';
import { formatFleetTables } from '../texts/fleet-tables.ts';
import { type EarlierRuns, formatQuiet } from '../texts/quiet-text.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * For cron, which mails whatever is printed: nothing while the run goes on, and at its end only what is wrong and what has
 * changed, to stderr. Where the tables are what was asked for, they go to stdout. `earlier` is asked once, at the end.
 */
export function createQuietReporter(options: ReporterOptions, earlier: () => Promise<EarlierRuns>): EventReader {
  const { colour, columns } = options;
  const results = createStreamWriter(options.stdout, options.onBrokenPipe);
  const told = createStreamWriter(options.stderr, () => {});
  const { tally, read } = createTally();
  return {
    read(event) {
      read(event);
      if (event.kind === 'tables' && options.results === 'tables') {
        results.write(formatFleetTables(event, { colour: colour.stdout, columns: columns() }));
      }
    },
    congestion: () => results.congestion(),
    async close() {
      const { verbosity } = options;
      told.write(formatQuiet(tally, await earlier(), { colour: colour.stderr, columns: columns(), verbosity }));
      await Promise.all([results.close(), told.close()]);
    },
  };
}
