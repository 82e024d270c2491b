import type { FleetHistogram, FleetTable, TableColumn, WideInteger } from '../../model/records.ts';
import { bucketRange } from '../../records/bucket-range.ts';
import type { Matrix } from '../../records/gather-matrices.ts';
import { histogramPercentile } from '../../records/histogram-percentile.ts';
import { countOf } from '../layout/amounts.ts';
import { type MeasuredUnit, scaleValue, unitOf } from '../layout/measured-unit.ts';
import { groupDigits } from './digits.ts';
import { nameHistogram } from './histograms-section.ts';
import { type Html, html } from './html.ts';
import type { RunReport } from './run-report.ts';

/** What the run has found, in words: the largest row of each table, and where the values of each histogram lie. */
export function answersOf({ tables: { tables, histograms }, matrices }: RunReport): readonly Html[] {
  const ofTables = tables.slice(0, mostAnswers).flatMap(table => answerOf(table, matrices));
  const ofHistograms = histograms.slice(0, mostAnswers - ofTables.length).flatMap(fleet => {
    const [half, most] = [highestAt(fleet.histogram, 50), highestAt(fleet.histogram, 99)];
    if (half === undefined || most === undefined) return [];
    const unit = unitOf(fleet.title ?? fleet.module);
    const of = fleet.title === undefined ? undefined : ` of ${fleet.module}`;
    return [
      html`<a href="#histograms">${nameHistogram(fleet)}</a>${of}: half of all are at most <strong>${amountOf(half, unit)}</strong>, 99 in 100 at most <strong>${amountOf(most, unit)}</strong>.`,
    ];
  });
  return [...ofTables, ...ofHistograms];
}

const mostAnswers = 5;

/** The greatest value that so many per cent may have; undefined where nothing tells. */
function highestAt(histogram: FleetHistogram['histogram'], percent: number): WideInteger | undefined {
  const bucket = histogramPercentile(histogram, percent / 100);
  return bucket === undefined ? undefined : bucketRange(histogram, histogram.buckets.indexOf(bucket)).to;
}

function amountOf(value: WideInteger, unit: MeasuredUnit | undefined): Html {
  const scaled = scaleValue(value, unit);
  return html`${groupDigits(String(value))}${unit === undefined ? '' : ` ${unit}`}${scaled === undefined ? '' : ` (${scaled})`}`;
}

function answerOf(table: FleetTable, matrices: readonly Matrix[]): readonly Html[] {
  const { module, section, columns, rows, others, records, hosts } = table;
  const name = html`<a href="#tables">${module}${section === undefined ? '' : ` ${section}`}</a>`;
  if (records === 0) return [html`${name}: no host printed a record.`];
  const keys = columns.flatMap(({ role }, index) => (role === 'group' ? [index] : []));
  const at = orderOf(table);
  const column = columns[at];
  if (column === undefined) return [];
  if (keys.length === 0) {
    return [
      html`${name}: ${column.name} <strong>${amount(rows[0]?.[at], column)}</strong> on ${countOf(hosts, 'host')}.`,
    ];
  }
  const total = column.role === 'sum' || column.role === 'records' ? totalOf(table, at) : undefined;
  // What `top` has cut off is smaller only if the table is ordered by this column.
  const sorted = rows.toSorted((left, right) => Number(right[at]) - Number(left[at]));
  if (others !== undefined && sorted[0] !== rows[0]) return [];
  const [first, second] = sorted;
  if (first === undefined) return [];
  const say = (row: typeof first): string => keys.map(key => String(row[key] ?? '')).join(' ');
  const share = total === undefined || total <= 0 ? '' : `, ${percentOf(Number(first[at]), total)} of all`;
  const onHosts = columns.findIndex(({ role }) => role === 'hosts');
  const spread = onHosts === -1 ? '' : `, on ${first[onHosts]} of ${countOf(hosts, 'host')}`;
  const mostly = hostOf(table, say(first), column, matrices);
  return [
    html`${name}: <strong>${say(first)}</strong> has the greatest ${column.name}, <strong>${amount(first[at], column)}</strong>${share}${spread}${mostly}${second === undefined ? undefined : html`. Next: ${say(second)}, ${amount(second[at], column)}`}.`,
  ];
}

/** The first measure by which the rows go down. */
function orderOf({ columns, rows }: FleetTable): number {
  const measures = columns.flatMap(({ role, type }, index) =>
    role === 'group' || role === 'hosts' || type === 'text' ? [] : [index],
  );
  const goesDown = (index: number): boolean =>
    rows.every((row, at) => at === 0 || Number(rows[at - 1]?.[index]) >= Number(row[index]));
  return measures.find(goesDown) ?? measures[0] ?? -1;
}

function totalOf({ rows, others }: FleetTable, at: number): number {
  return [...rows, ...(others === undefined ? [] : [others.cells])].reduce((sum, row) => sum + Number(row[at] ?? 0), 0);
}

function percentOf(part: number, total: number): string {
  const share = (part / total) * 100;
  return share > 0 && share < 1 ? 'less than 1 %' : `${Math.round(share)} %`;
}

function amount(cell: string | number | null | undefined, { role, of = '' }: TableColumn): Html {
  const text = typeof cell === 'number' && role === 'avg' ? cell.toFixed(1) : String(cell ?? '');
  const unit = unitOf(`_${of}`);
  // The column's name has said the unit.
  const scaled = role === 'records' ? undefined : scaleValue(text, unit);
  return html`${groupDigits(text)}${scaled === undefined ? undefined : ` (${scaled})`}`;
}

/** Where more than a third comes from one host of several. */
function hostOf(table: FleetTable, key: string, column: TableColumn, matrices: readonly Matrix[]): string {
  const matrix = matrices.find(
    ({ play, module, measure }) => play === table.play && module === table.module && measure === column.name,
  );
  const index = matrix?.keys.indexOf(key) ?? -1;
  if (matrix === undefined || index === -1 || column.role === 'max') return '';
  const cells = matrix.rows.map(({ host, cells: own }) => ({ host, value: own[index] ?? 0 }));
  const sum = cells.reduce((total, { value }) => total + value, 0);
  const [first] = cells.toSorted((left, right) => right.value - left.value);
  if (first === undefined || first.value * 3 <= sum || cells.length < 3) return '';
  return `, ${percentOf(first.value, sum)} of it on ${first.host}`;
}
