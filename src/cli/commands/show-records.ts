import { readEvents } from '../../history/read/read-events.ts';
import type { Event } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { createTableMaker } from '../../records/make-tables.ts';
import { createCsvReporter } from '../../report/live/csv-reporter.ts';
import { formatFleetTables } from '../../report/texts/fleet-tables.ts';
import type { RunPage } from '../../report/texts/run-page.ts';
import type { ShowRunOptions } from '../arguments/options/history-options.ts';
import { refuseTableOptions } from '../arguments/refuse-table-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';

/** Prints the records of a run in the history, as apply's `--format csv` does, or their tables; of one host or of all. */
export async function showRecords(
  { entry, tally }: RunPage,
  host: HostName | undefined,
  { format, sort, top }: Pick<ShowRunOptions, 'sort' | 'top'> & { readonly format: 'csv' | 'table' },
): Promise<ExitCode> {
  const outputs = tally.plays.flatMap(({ plan }) => plan?.outputs ?? []);
  const playbook = tally.started?.playbook ?? `run ${entry.id}`;
  const wishes = { ...optional('sort', sort), ...optional('top', top) };
  const refused = refuseTableOptions({ format, ...wishes }, { outputs, playbook });
  if (refused !== undefined) return sayRefusal(refused, 'text');
  const read = (take: (event: Event) => Promise<void> | undefined) =>
    readEvents(entry.directory, 'without-lines', event => {
      const own = host === undefined ? event : narrow(event, host);
      return own === undefined ? undefined : take(own);
    });
  if (format === 'csv') {
    const reporter = createCsvReporter({ stdout: ownConsole.stdout, onBrokenPipe: () => undefined });
    await read(event => {
      reporter.read(event);
      return reporter.congestion();
    });
    await reporter.close();
    return exitCodes.ok;
  }
  const maker = createTableMaker();
  await read(event => {
    maker.read(event);
    return undefined;
  });
  ownConsole.print(formatFleetTables(maker.make(wishes), ownConsole.shape()));
  return exitCodes.ok;
}

/** As if the run had been of this host only. */
function narrow(event: Event, host: HostName): Event | undefined {
  if (event.kind === 'play-planned') {
    const { plan } = event;
    return { ...event, plan: { ...plan, hosts: plan.hosts.filter(({ name }) => name === host) } };
  }
  return !('host' in event) || event.host === host ? event : undefined;
}
