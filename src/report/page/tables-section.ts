import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { Cell, FleetTable, TableColumn, TablesMade } from '../../model/records.ts';
import { countOf } from '../layout/amounts.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';

/** The tables of all hosts' records. */
export function tablesSection({ tables }: TablesMade): PageSection | undefined {
  if (tables.length === 0) return undefined;
  return { id: 'tables', title: 'Across the fleet', body: html`${tables.map(formatTable)}` };
}

const mostRows = 500;

function formatTable(table: FleetTable): Html {
  const { play, module, section, columns, rows, others, hosts, records, malformed, incomplete } = table;
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
    ...(incomplete.length > 0
      ? [`incomplete: ${foldHostsWithin(incomplete, 200)} did not run it well to the end`]
      : []),
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of ${module}">
<table class="fit" data-sortable>
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

/** Thin marks between thousands: the style draws them, so that they are not copied with the number. */
function groupDigits(text: string): Html {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  if (whole.length < 5) return html`${text}`;
  const groups = whole.replace(/\B(?=(?:\d{3})+$)/g, ' ').split(' ');
  return html`${sign}${groups.map((group, index) => (index === 0 ? group : html`<span class="k">${group}</span>`))}${rest}`;
}
