import { printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { createStyle } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { MeasuresDiff, ScriptTimes } from '../tally/diff-measures.ts';
import type { TableDiff } from '../tally/diff-tables.ts';
import { formatHistogramDiff } from './histogram-diff-text.ts';
import type { MeasuresDiffOptions } from './measures-diff-options.ts';
import { formatTableDiff } from './table-diff-text.ts';

/** What two runs have measured, and how long they took, with an empty line between two tables. Empty where there is nothing. */
export function formatMeasuresDiff(plays: readonly MeasuresDiff[], options: MeasuresDiffOptions): string {
  const style = createStyle(options.colour);
  const blocks = plays.flatMap(({ play, stages, scripts, tables, histograms }) => {
    const times = [...tellStages(stages), ...scripts.flatMap(tellTimes)];
    const title = plays.length > 1 ? [[style.bold(`play ${printableText(play)}`)]] : [];
    return [
      ...title,
      ...(times.length === 0 ? [] : [times]),
      ...tables.flatMap(table => formatTableDiff(table, options)),
      ...histograms.slice(0, shownHistograms).map(histogram => formatHistogramDiff(histogram, options)),
      ...(histograms.length > shownHistograms
        ? [[style.dim(`${countOf(histograms.length - shownHistograms, 'more histogram')}; --format json has them`)]]
        : []),
    ];
  });
  const measured = plays.flatMap(({ tables, histograms }) => [...tables, ...histograms]);
  if (plays.length > 0 && measured.length === 0) blocks.push(wrapText(nothingMeasured, options.columns).map(style.dim));
  if (plays.some(({ tables }) => tables.some(hasRates)))
    blocks.push([style.dim('/s: for each second that a host traced')]);
  return blocks.map(lines => lines.map(line => `${line}\n`).join('')).join('\n');
}

const shownHistograms = 20;

const nothingMeasured = 'no tables or histograms to compare; `tapbook show RUN --fold` has the lines';

function hasRates({ rows }: TableDiff): boolean {
  return rows.some(({ amounts }) => amounts.some(({ perSecond }) => perSecond !== undefined));
}

function tellStages(stages: MeasuresDiff['stages']): readonly string[] {
  const told = (['probe', 'build', 'run'] as const).flatMap(stage => {
    const times = stages[stage];
    if (times === undefined) return [];
    return [`${stage} ${tellSeconds(times.from)} → ${tellSeconds(times.to)}`];
  });
  return told.length === 0 ? [] : [`took: ${told.join(', ')}`];
}

function tellSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '-' : formatSeconds(seconds);
}

function tellTimes({ module, from, to }: ScriptTimes): readonly string[] {
  const tell = (times: ScriptTimes['from']): string => {
    if (times === undefined) return 'not at all';
    const { shortest, longest, hosts } = times;
    const [least, most] = [formatSeconds(shortest), formatSeconds(longest)];
    return `${least === most ? least : `${least} to ${most}`} on ${countOf(hosts, 'host')}`;
  };
  return [`traced: ${module} ${tell(from)} → ${tell(to)}`];
}
