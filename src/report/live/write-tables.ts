import type { TablesMade } from '../../model/records.ts';
import { formatFleetTables } from '../texts/fleet-tables.ts';
import type { ReporterOptions } from './reporter-options.ts';
import type { StreamWriter } from './stream-writer.ts';

/** The tables of all hosts, where there are any and they are wanted; below lines of output they come after an empty one. */
export function writeTables(
  made: TablesMade | undefined,
  { results: shown = 'lines-and-tables', colour, columns }: ReporterOptions,
  results: StreamWriter,
): void {
  if (made === undefined || shown === 'none') return;
  const tables = formatFleetTables(made, { colour: colour.stdout, columns: columns() });
  results.write(shown === 'tables' || tables === '' ? tables : `\n${tables}`);
}
