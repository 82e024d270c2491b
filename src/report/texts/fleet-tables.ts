import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import type { Cell, FleetHistogram, FleetTable, TableColumn, TablesMade, UnevenTimes } from '../../model/records.ts';
import { countOf } from '../layout/amounts.ts';
import { formatHistogram } from '../layout/histogram-text.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';
import { formatTextTable } from '../layout/text-table.ts';
import { wrapText } from '../layout/wrap-text.ts';
import { whyIncomplete } from './incomplete-text.ts';
import { sayUnevenTimes } from './uneven-times.ts';

export interface FleetTablesOptions {
  readonly colour: Colour;
  readonly columns: number;
}

/**
 * What the records and histograms of a fleet come to, with an empty line between two of them, and below each what it
 * lacks. Empty where there is nothing. Numbers stand as they are, without marks between thousands: they are copied,
 * and read by awk.
 */
export function formatFleetTables(
  { tables, histograms, leftOut = 0 }: TablesMade,
  options: FleetTablesOptions,
): string {
  const style = createStyle(options.colour);
  const plays = new Set([...tables, ...histograms].map(({ play }) => play));
  const naming: Naming = plays.size > 1 ? 'with-play' : 'script-only';
  const shown = histograms.slice(0, shownHistograms);
  const more = histograms.length - shown.length + leftOut;
  const blocks = [
    ...tables.map(table => formatTable(table, naming, options, style)),
    ...shown.map((histogram, index) => [
      ...formatFleetHistogram(histogram, naming, style),
      // What is true of all of a script's histograms is said below the last one.
      ...(isOfOneScript(histogram, shown[index + 1]) ? [] : notesOf(histogram, options, style)),
    ]),
    ...(more === 0 ? [] : [[style.dim(`${countOf(more, 'more histogram')}; --format json has ${toldOf(leftOut)}`)]]),
  ];
  return blocks.map(lines => `${lines.join('\n')}\n`).join('\n');
}

const shownHistograms = 20;

function toldOf(leftOut: number): string {
  return leftOut === 0 ? 'them' : `all but ${leftOut}`;
}

/** Scripts of one name in several plays are told apart by their plays. */
type Naming = 'with-play' | 'script-only';

function nameOf({ play, module, section }: FleetTable | FleetHistogram, naming: Naming): string {
  const of = naming === 'with-play' ? ` of ${printableText(play)}` : '';
  return `${module}${section === undefined ? '' : ` ${section}`}${of}`;
}

function formatTable(table: FleetTable, naming: Naming, options: FleetTablesOptions, style: Style): string[] {
  const { columns, rows, others, hosts, records } = table;
  const from = hosts === 0 ? '' : ` from ${countOf(hosts, 'host')}`;
  const heading = `${style.bold(`TABLE [${nameOf(table, naming)}]`)} ${countOf(records, 'record')}${from}`;
  const all = others === undefined ? rows : [...rows, others.cells];
  const [headings = '', ...lines] = formatTextTable(
    columns.map((column, index) => {
      const cells = all.map(row => formatCell(row[index] ?? null, column));
      // The row of the rest is named in the first column that makes a group.
      if (others !== undefined && index === 0 && column.role === 'group') cells[rows.length] = nameOfOthers(others);
      return { heading: column.name, align: column.type === 'text' ? 'left' : 'right', cells };
    }),
    options.columns,
  );
  const isBody = lines.length > 0;
  return [
    heading,
    ...(isBody ? [style.bold(headings)] : []),
    ...lines.map((line, index) => (index === rows.length ? style.dim(line) : line)),
    ...notesOf({ ...table, ...(others === undefined ? {} : { beyond: others.beyond }) }, options, style),
  ];
}

function nameOfOthers({ groups, beyond }: NonNullable<FleetTable['others']>): string {
  return beyond === 0 ? `(${countOf(groups, 'other')})` : '(others)';
}

function formatCell(cell: Cell, { role }: TableColumn): string {
  if (cell === null) return '';
  return role === 'avg' && typeof cell === 'number' ? cell.toFixed(1) : printableText(String(cell));
}

interface Lacks {
  readonly malformed?: number;
  readonly incomplete: readonly HostName[];
  readonly uneven?: UnevenTimes;
  readonly beyond?: number;
}

/** What a reader has to know before believing the numbers. */
function notesOf(
  { malformed = 0, incomplete, uneven, beyond = 0 }: Lacks,
  { columns }: FleetTablesOptions,
  style: Style,
): string[] {
  const notes: string[] = [];
  if (beyond > 0) {
    notes.push(`${countOf(beyond, 'record')} came when the table was full and counted for the others (max_groups)`);
  }
  if (malformed > 0) {
    notes.push(`${countOf(malformed, 'line')} ${malformed === 1 ? 'was no record' : 'were no records'}`);
  }
  if (incomplete.length > 0) {
    const names = foldHostsWithin(incomplete, columns - 30);
    notes.push(`incomplete: ${names} ${whyIncomplete}`);
  }
  if (uneven !== undefined) notes.push(sayUnevenTimes(uneven));
  return notes.flatMap(note => wrapText(note, columns)).map(style.yellow);
}

function isOfOneScript(one: FleetHistogram, next: FleetHistogram | undefined): boolean {
  return one.module === next?.module && one.play === next.play;
}

function formatFleetHistogram(fleet: FleetHistogram, naming: Naming, style: Style): string[] {
  const { title, number, hosts, histogram } = fleet;
  const of = title === undefined ? '' : `${printableText(title)} `;
  const which = `${of}${number === 1 ? '' : `(${number}) `}from ${countOf(hosts.length, 'host')}`;
  return [`${style.bold(`HISTOGRAM [${nameOf(fleet, naming)}]`)} ${which}`, ...formatHistogram(histogram)];
}
