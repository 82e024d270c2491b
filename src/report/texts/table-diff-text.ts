import { printableText } from '../../model/printable-text.ts';
import type { Cell } from '../../model/records.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { formatChange, formatPercent, formatRate } from '../layout/change-text.ts';
import { displayWidth } from '../layout/display-width.ts';
import { createStyle } from '../layout/style.ts';
import { formatTextTable, type TextColumn } from '../layout/text-table.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { Amount, AmountChange } from '../tally/compare-amounts.ts';
import { inDiffOrder } from '../tally/diff-order.ts';
import type { Measure, RowDiff, TableDiff, TableFacts } from '../tally/diff-tables.ts';
import { tellIncomplete } from './incomplete-text.ts';
import type { MeasuresDiffOptions } from './measures-diff-options.ts';

/** A table of two runs: a block of lines for each measure, and what there is to know of their numbers below the last one. */
export function formatTableDiff(table: TableDiff, options: MeasuresDiffOptions): readonly (readonly string[])[] {
  const { state, module, section, measures } = table;
  const style = createStyle(options.colour);
  const name = `TABLE [${module}${section === undefined ? '' : ` ${section}`}]`;
  if (state === 'other-groups') {
    const text = `${name} is grouped by other columns (now ${table.by.join(', ')}): nothing to compare`;
    return [wrapText(text, options.columns).map(style.yellow)];
  }
  if (state !== 'both') return [[style.bold(`${state === 'added' ? '+' : '-'} ${name}`)]];
  const { order } = options;
  const inTurn = measures.flatMap((measure, at) => (measure.role === 'hosts' ? [] : [{ measure, at }]));
  const isFirst = ({ measure }: At): boolean => measure.name === order.column;
  const shown = [...inTurn.filter(isFirst), ...inTurn.filter(one => !isFirst(one))];
  return shown.map(({ measure, at }, index) => [
    `${style.bold(`${name} ${measure.name}`)} ${tellBasis(table)}`,
    ...formatRows(table, { measure, at }, options),
    ...(index === shown.length - 1 ? notesOf(table, options.columns).map(style.yellow) : []),
  ]);
}

/** `3 hosts, traced 1m30s → 2 hosts, traced 1m`. */
function tellBasis({ from, to }: TableDiff): string {
  const tell = (facts: TableFacts | undefined): string => {
    if (facts === undefined) return '-';
    const traced = facts.traced === undefined ? '' : `, traced ${formatSeconds(facts.traced)}`;
    return `${countOf(facts.hosts, 'host')}${traced}`;
  };
  return `${tell(from)} → ${tell(to)}`;
}

interface At {
  readonly measure: Measure;
  readonly at: number;
}

function formatRows({ by, rows }: TableDiff, { measure, at }: At, options: MeasuresDiffOptions): readonly string[] {
  const style = createStyle(options.colour);
  const ordered =
    options.order.column === undefined ? inDiffOrder(rows, options.order, ({ amounts }) => amounts[at]) : rows;
  const changed = ordered.filter(({ state, amounts }) => state !== 'both' || !isSame(amounts[at]));
  const shown = changed.slice(0, options.top);
  const [heading = '', ...lines] = layOut(by, shown, at, measure, options.columns);
  const rest = changed.length - shown.length;
  const same = rows.length - changed.length;
  const notes = [
    ...(rest > 0 ? [`${countOf(rest, 'more row')}; --top ${changed.length} shows them`] : []),
    ...(same > 0 ? [`${countOf(same, 'row')} as before`] : []),
    ...(rows.length === 0 ? ['no records'] : []),
  ];
  return [
    ...(shown.length > 0 ? [style.bold(heading), ...lines] : []),
    ...(notes.length > 0 ? [style.dim(notes.join(', '))] : []),
  ];
}

/** Where the runs traced for another time, equal totals are another rate. */
function isSame(amount: AmountChange | undefined): boolean {
  return [amount?.change, amount?.perSecond?.change].every(change => change === undefined || Number(change) === 0);
}

/** Columns that can be worked out from the others are left out where the line is too short for them. */
function layOut(
  by: readonly string[],
  rows: readonly RowDiff[],
  at: number,
  { role }: Measure,
  columns: number,
): readonly string[] {
  const amounts = rows.map(({ amounts: all }) => all[at]);
  const hasRates = amounts.some(amount => amount?.perSecond !== undefined);
  const cell = (tell: (amount: AmountChange) => string | undefined): string[] =>
    amounts.map(amount => (amount === undefined ? '' : (tell(amount) ?? '')));
  const number = (heading: string, tell: (amount: AmountChange) => string | undefined): TextColumn => ({
    heading,
    align: 'right',
    cells: cell(tell),
  });
  const amountText = (amount: Amount | undefined): string =>
    amount === undefined ? '-' : role === 'avg' ? Number(amount).toFixed(1) : String(amount);
  const keys = by.map(
    (name, index): TextColumn => ({
      heading: name,
      align: 'left',
      cells: rows.map(({ key }) => formatKey(key[index] ?? null)),
    }),
  );
  const group = keys.length > 0 ? keys : [{ heading: '', align: 'left' as const, cells: rows.map(() => 'all') }];
  const totals = [number('from', ({ from }) => amountText(from)), number('to', ({ to }) => amountText(to))];
  const change = number('change', ({ change: by_ }) => (by_ === undefined ? '' : formatChange(by_)));
  const percent = number('%', tellPercent);
  const rates = [
    number('from/s', ({ perSecond }) => perSecond && formatRate(perSecond.from)),
    number('to/s', ({ perSecond }) => perSecond && formatRate(perSecond.to)),
    number('change/s', ({ perSecond }) => perSecond && formatChange(perSecond.change)),
    number('%/s', ({ perSecond, ...amount }) => perSecond && tellPercent({ ...amount, ...perSecond })),
  ] as const;
  const [fromRate, toRate, rateChange, ratePercent] = rates;
  const choices = hasRates
    ? [
        [...group, ...totals, change, percent, ...rates],
        [...group, ...totals, change, percent, fromRate, toRate, ratePercent],
        [...group, ...totals, change, fromRate, toRate, ratePercent],
        [...group, ...totals, fromRate, toRate, ratePercent],
        [...group, ...totals, rateChange, ratePercent],
        [...group, fromRate, toRate, ratePercent],
      ]
    : [
        [...group, ...totals, change, percent],
        [...group, ...totals, percent],
      ];
  const laidOut = choices.map(choice => formatTextTable(choice, Number.POSITIVE_INFINITY));
  const fitting = laidOut.find(lines => lines.every(line => displayWidth(line) <= columns));
  return fitting ?? formatTextTable(choices.at(-1) ?? [], columns);
}

function tellPercent({ from, to, percent }: Pick<AmountChange, 'percent'> & { from?: unknown; to?: unknown }): string {
  if (from === undefined) return 'new';
  if (to === undefined) return 'gone';
  return percent === undefined ? '' : formatPercent(percent);
}

function formatKey(cell: Cell): string {
  return cell === null ? '' : printableText(String(cell));
}

function notesOf({ from, to }: TableDiff, columns: number): readonly string[] {
  const both = (tell: (facts: TableFacts) => number): string | undefined => {
    const [was, is] = [from === undefined ? 0 : tell(from), to === undefined ? 0 : tell(to)];
    return was + is === 0 ? undefined : `${was} → ${is}`;
  };
  const malformed = both(facts => facts.malformed);
  const beyond = both(facts => facts.beyond);
  return [
    ...(malformed === undefined ? [] : [`lines that were no records: ${malformed}`]),
    ...(beyond === undefined ? [] : [`records of groups beyond max_groups, in no row: ${beyond}`]),
    ...tellIncomplete({ from: from?.incomplete, to: to?.incomplete }, columns),
  ];
}
