import { countOf, formatSeconds } from '../layout/amounts.ts';
import type { TimedStage } from '../tally/play-tally.ts';
import type { RunTally } from '../tally/run-tally.ts';
import type { Span } from './gather-spans.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** What happened when: each stage, each build, and of the scripts those that took longest. */
export function timelineSection({ tally, spans }: RunReport): PageSection | undefined {
  const rows = [...stageRows(tally), ...spanRows(spans)];
  const from = Math.min(...rows.map(row => row.from));
  const to = Math.max(...rows.map(row => row.to));
  if (rows.length === 0 || !(to > from)) return undefined;
  const scripts = spans.filter(({ kind }) => kind === 'script').length;
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table class="timeline">
<caption>Begins <time>${new Date(from).toISOString()}</time>; the whole width is ${formatSeconds((to - from) / 1000)}.</caption>
<thead><tr><th scope="col">what</th><th scope="col">when</th><th scope="col" class="number">begins</th><th scope="col" class="number">takes</th></tr></thead>
<tbody>${rows.map(row => formatRow(row, from, to))}</tbody></table></div>
${scripts > mostScripts ? html`<p class="note">Of ${countOf(scripts, 'script')} on hosts the ${mostScripts} that took longest.</p>` : undefined}`;
  return { id: 'timeline', title: 'Timeline', body };
}

const mostScripts = 30;
const mostProbes = 10;

interface Row {
  readonly name: string;
  readonly kind: 'stage' | Span['kind'];
  readonly end: Span['end'];
  readonly from: number;
  readonly to: number;
}

function stageRows({ plays }: RunTally): readonly Row[] {
  return plays.flatMap(({ name, stages }) =>
    (['probe', 'build', 'run'] as const satisfies readonly TimedStage[]).flatMap((stage): readonly Row[] => {
      const span = stages.get(stage);
      const title = plays.length > 1 ? `${stageTitles[stage]} · ${name}` : stageTitles[stage];
      return span === undefined ? [] : [{ name: title, kind: 'stage', end: 'well', ...span }];
    }),
  );
}

const stageTitles: Readonly<Record<TimedStage, string>> = { probe: 'Probe hosts', build: 'Build modules', run: 'Run' };

/** What took longest of each kind, in the order of time. */
function spanRows(spans: readonly Span[]): readonly Row[] {
  const longest = (kind: Span['kind'], most: number): readonly Span[] =>
    spans
      .filter(span => span.kind === kind)
      .toSorted((left, right) => lengthOf(right) - lengthOf(left))
      .slice(0, most);
  const chosen = [
    ...longest('probe', mostProbes),
    ...longest('canary', mostScripts),
    ...longest('build', mostScripts),
    ...longest('script', mostScripts),
  ];
  const latest = Math.max(...spans.map(({ from, to }) => to ?? from));
  return chosen
    .toSorted((left, right) => left.from - right.from)
    .map(({ kind, name, host, from, to = latest, end }) => ({ name: `${name} · ${host}`, kind, end, from, to }));
}

function lengthOf({ from, to = from }: Span): number {
  return to - from;
}

function formatRow({ name, kind, end, from, to }: Row, first: number, last: number): Html {
  const percent = (part: number): string => `${((part / (last - first)) * 100).toFixed(2)}%`;
  const width = Math.max(to - from, (last - first) / 500);
  const ended = end === 'well' ? '' : end === 'badly' ? ', not well' : ', no end known';
  return html`<tr class="${kind} ${end}"><th scope="row">${name}<span class="unseen">${ended}</span></th>
<td class="bar"><svg width="100%" height="12" aria-hidden="true"><rect x="${percent(from - first)}" width="${percent(width)}" height="12" rx="2"/></svg></td>
<td class="number">${formatSeconds((from - first) / 1000)}</td><td class="number">${formatSeconds((to - from) / 1000)}</td></tr>\n`;
}
