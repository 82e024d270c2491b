import type { Series } from '../../records/gather-series.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { formatTime } from '../layout/format-time.ts';
import { embedJson, type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import { styleOfOthers, styleSeries } from './series-styles.ts';

/** Charts of the records over time. The page's script draws them; below each stand its numbers. */
export function seriesSection(series: readonly Series[]): PageSection | undefined {
  if (series.length === 0) return undefined;
  const shown = series.slice(0, mostCharts);
  const styles = styleSeries(shown);
  const data = shown.map(chart => ({
    ...breakAtGaps(chart),
    column: chart.column,
    styles: chart.lines.map((_, at) => styleAt(chart, at, styles)),
  }));
  const body = html`${shown.map((chart, index) => formatChart(chart, index, styles))}
${series.length > shown.length ? html`<p class="note">${countOf(series.length - shown.length, 'more chart')} left out.</p>` : undefined}
${embedJson('series-data', data)}`;
  return { id: 'series', title: 'Over time', body };
}

const mostCharts = 24;

function styleAt({ lines, others }: Series, at: number, styles: ReadonlyMap<string, number>): number {
  const isOthers = others > 0 && at === lines.length - 1;
  return isOthers ? styleOfOthers : (styles.get(lines[at]?.name ?? '') ?? styleOfOthers);
}

/** Where nothing was printed for more than two steps, no line pretends to know. */
function breakAtGaps({ times, lines, stepSeconds }: Series): {
  readonly times: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
} {
  const points = times.flatMap((time, at): readonly (number | undefined)[] => {
    const next = times[at + 1];
    return next !== undefined && next - time > 2.5 * stepSeconds ? [at, undefined] : [at];
  });
  return {
    times: points.map((at, index) =>
      at === undefined ? (times[points[index - 1] ?? 0] ?? 0) + stepSeconds : (times[at] ?? 0),
    ),
    lines: lines.map(({ values }) =>
      points.map(at => {
        const value = at === undefined ? undefined : values[at];
        return value !== undefined && Number.isFinite(value) ? value : null;
      }),
    ),
  };
}

function formatChart(series: Series, index: number, styles: ReadonlyMap<string, number>): Html {
  const { module, section, column, by, stepSeconds, lines, play } = series;
  const title = `${column} by ${by.join(', ')}`;
  return html`<figure class="chart" aria-labelledby="chart-${index}-title">
<figcaption id="chart-${index}-title"><strong>${title}</strong> ${module}${section === undefined ? undefined : ` ${section}`}, summed over ${formatSeconds(stepSeconds)} and all hosts · ${play}</figcaption>
<div class="plot" data-chart="${index}" role="img" aria-label="Chart of ${title}; its numbers stand below"></div>
<ul class="legend">${lines.map((line, at) => html`<li><button type="button" aria-pressed="true" data-chart="${index}" data-line="${at}"><span class="swatch s${styleAt(series, at, styles)}"></span>${line.name} <span class="reading"></span></button></li>`)}<li class="log"><button type="button" aria-pressed="false" data-log="${index}">log scale</button></li></ul>
<details><summary>Its numbers</summary>${formatNumbers(series)}</details>
</figure>`;
}

function formatNumbers({ times, lines }: Series): Html {
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="Numbers of the chart"><table data-cards>
<thead><tr><th scope="col">time</th>${lines.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${times.map(
    (time, at) =>
      html`<tr><th scope="row">${formatTime(new Date(time * 1000).toISOString())}</th>${lines.map(({ values }) => html`<td class="number">${values[at]}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}
