import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { Cell, FleetTable, TableColumn, TablesMade } from '../../model/records.ts';
import type { Matrix } from '../../records/gather-matrices.ts';
import { countOf } from '../layout/amounts.ts';
import { whyIncomplete } from '../texts/incomplete-text.ts';
import { sayUnevenTimes } from '../texts/uneven-times.ts';
import { groupDigits } from './digits.ts';
import { type Html, html } from './html.ts';
import { formatMatrix } from './matrix-table.ts';
import type { OutputLinks } from './output-links.ts';
import type { PageSection } from './page-section.ts';

/** The tables of all hosts' records, and below each its main column by host and key. */
export function tablesSection(
  { tables }: TablesMade,
  matrices: readonly Matrix[],
  links: OutputLinks,
): PageSection | undefined {
  if (tables.length === 0) return undefined;
  const left = [...matrices];
  const body = tables.map(table => {
    const at = left.findIndex(({ play, module }) => play === table.play && module === table.module);
    const [matrix] = at === -1 ? [] : left.splice(at, 1);
    return html`${formatTable(table)}${matrix === undefined ? undefined : formatMatrix(matrix, links)}`;
  });
  return { id: 'tables', title: 'Across the fleet', body: html`${body}` };
}

const mostRows = 500;

function formatTable(table: FleetTable): Html {
  const { play, module, section, columns, rows, others, hosts, records, malformed, incomplete, uneven } = table;
  const shown = rows.slice(0, mostRows);
  const notes = [
    ...(rows.length > shown.length
      ? [`${countOf(rows.length - shown.length, 'more row')} are in tapbook show --format csv`]
      : []),
    ...(others !== undefined && others.beyond > 0
      ? [`${countOf(others.beyond, 'record')} came when the table was full and counted for the others`]
      : []),
    ...(malformed > 0
      ? [`${countOf(malformed, 'line')} ${malformed === 1 ? 'was no record' : 'were no records'}`]
      : []),
    ...(incomplete.length > 0 ? [`incomplete: ${foldHostsWithin(incomplete, 200)} ${whyIncomplete}`] : []),
    ...(uneven === undefined ? [] : [sayUnevenTimes(uneven)]),
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of ${module}">
<table class="fit" data-sortable data-cards>
<caption><strong>${module}${section === undefined ? '' : ` ${section}`}</strong> ${countOf(records, 'record')} from ${countOf(hosts, 'host')} · ${play}</caption>
<thead><tr>${columns.map(column => html`<th scope="col" class="${classOf(column)}">${column.name}</th>`)}</tr></thead>
<tbody>${shown.map(row => html`<tr>${columns.map((column, index) => cellOf(row[index] ?? null, column))}</tr>`)}</tbody>
${others === undefined ? undefined : html`<tfoot><tr>${columns.map((column, index) => (index === 0 && column.role === 'group' ? html`<td>${countOf(others.groups, 'other')}</td>` : cellOf(others.cells[index] ?? null, column)))}</tr></tfoot>`}
</table></div>
${notes.map(note => html`<p class="note">${note}</p>`)}`;
}

function classOf({ type }: TableColumn): string {
  return type === 'text' ? 'text' : 'number';
}

function cellOf(cell: Cell, column: TableColumn): Html {
  const text = cell === null ? '' : column.role === 'avg' && typeof cell === 'number' ? cell.toFixed(1) : String(cell);
  return html`<td class="${classOf(column)}">${classOf(column) === 'number' ? groupDigits(text) : text}</td>`;
}
