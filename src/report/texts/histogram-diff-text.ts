import { printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { formatChange, formatPercent, formatRate } from '../layout/change-text.ts';
import { createStyle } from '../layout/style.ts';
import { formatTextTable } from '../layout/text-table.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { AmountChange } from '../tally/compare-amounts.ts';
import type { BucketChange, HistogramDiff, HistogramFacts } from '../tally/diff-histograms.ts';
import { tellIncomplete } from './incomplete-text.ts';
import type { MeasuresDiffOptions } from './measures-diff-options.ts';

/** A histogram of two runs: how much was counted, percentiles, and the share that each bucket has of it. */
export function formatHistogramDiff(
  histogram: HistogramDiff,
  { colour, columns }: Pick<MeasuresDiffOptions, 'colour' | 'columns'>,
): readonly string[] {
  const { module, section, title, number, state, counts, percentiles, buckets, from, to } = histogram;
  const style = createStyle(colour);
  const of = title === undefined ? '' : ` ${printableText(title)}`;
  const which = number === 1 ? '' : ` (${number})`;
  const name = `HISTOGRAM [${module}${section === undefined ? '' : ` ${section}`}]`;
  if (state !== 'both') return [style.bold(`${state === 'added' ? '+' : '-'} ${name}${of}${which}`)];
  const values = percentiles.map(one => `p${one.percent} ${one.from ?? '-'} → ${one.to ?? '-'}`);
  return [
    `${style.bold(name)}${of}${which}`,
    `${tellBasis(from)} → ${tellBasis(to)}`,
    tellCounts(counts),
    ...wrapText(`${values.join(', ')} (the values of their buckets)`, columns),
    ...(buckets === undefined
      ? [style.yellow('its buckets are others: only their percentiles can be compared')]
      : tellBuckets(buckets)),
    ...tellIncomplete({ from: from?.incomplete, to: to?.incomplete }, columns).map(style.yellow),
  ];
}

function tellBasis(facts: HistogramFacts | undefined): string {
  if (facts === undefined) return '-';
  const traced = facts.traced === undefined ? '' : `, traced ${formatSeconds(facts.traced)}`;
  return `${countOf(facts.hosts, 'host')}${traced}`;
}

function tellCounts({ from = 0, to = 0, percent, perSecond }: AmountChange): string {
  const totals = `counted ${from} → ${to}${percent === undefined ? '' : ` (${formatPercent(percent)})`}`;
  if (perSecond === undefined) return totals;
  const rate = perSecond.percent === undefined ? '' : ` (${formatPercent(perSecond.percent)})`;
  return `${totals}, per second ${formatRate(perSecond.from)} → ${formatRate(perSecond.to)}${rate}`;
}

/** Empty ones are left out. */
function tellBuckets(buckets: readonly BucketChange[]): readonly string[] {
  const filled = buckets.filter(({ from, to }) => from !== 0 || to !== 0);
  const column = (heading: string, tell: (bucket: BucketChange) => string) =>
    ({ heading, align: 'right', cells: filled.map(tell) }) as const;
  return formatTextTable(
    [
      column('value', ({ mark = '', value }) => `${mark}${value}`),
      column('from', ({ from }) => String(from)),
      column('to', ({ to }) => String(to)),
      column('share from', ({ fromShare }) => `${fromShare.toFixed(1)}%`),
      column('share to', ({ toShare }) => `${toShare.toFixed(1)}%`),
      column('change', ({ fromShare, toShare }) => formatChange(Math.round((toShare - fromShare) * 10) / 10)),
    ],
    Number.POSITIVE_INFINITY,
  );
}
