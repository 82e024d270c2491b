import type { HostName } from '../../model/ids.ts';
import { type HostOutcome, kindsFromWorst, type OutcomeKind } from '../../model/outcome.ts';
import { countOf } from '../layout/amounts.ts';
import { hostsOfPlay } from '../tally/hosts-of-run.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import type { PlayTally } from '../tally/play-tally.ts';
import { sayWhy } from '../texts/outcome-text.ts';
import { type Html, html } from './html.ts';
import { linkHost, type OutputLinks } from './output-links.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** How each host came out, what is wrong first; and how many did on each kernel. */
export function hostsSection({ tally, ends }: RunReport, links: OutputLinks): PageSection | undefined {
  const seconds = new Map<string, number>();
  for (const { host, seconds: took } of ends) seconds.set(host, (seconds.get(host) ?? 0) + took);
  const rows = tally.plays.flatMap(play => rowsOf(play, playOutcomes(play, tally)));
  if (rows.length === 0) return undefined;
  const sorted = rows.toSorted((left, right) => weightOf(left) - weightOf(right));
  const shown = sorted.slice(0, mostRows);
  const manyPlays = tally.plays.length > 1;
  const areAllWell = sorted.every(({ outcome }) => whyOf(outcome) === '');
  const body = html`${kernelTable(rows)}
<p class="filter"><label>Show hosts with <input type="search" data-filter="hosts-table" autocomplete="off" spellcheck="false"></label> <span role="status" id="hosts-table-shown"></span></p>
<div class="scroll tall" tabindex="0" role="region" aria-label="All hosts">
<table data-sortable data-cards id="hosts-table">
<thead><tr><th scope="col">host</th>${manyPlays ? html`<th scope="col">play</th>` : undefined}<th scope="col">outcome</th><th scope="col">kernel</th><th scope="col" class="number">seconds</th>${areAllWell ? undefined : html`<th scope="col">why</th>`}</tr></thead>
<tbody>${shown.map(
    ({ host, play, outcome, kernel }) =>
      html`<tr><th scope="row">${linkHost(host, links)}</th>${manyPlays ? html`<td>${play}</td>` : undefined}<td><span class="outcome ${outcome?.kind ?? 'unknown'}">${(outcome?.kind ?? 'unknown').replace('-', ' ')}</span></td><td class="kernel">${kernel}</td><td class="number">${tellSeconds(seconds.get(host))}</td>${areAllWell ? undefined : html`<td class="why">${whyOf(outcome)}</td>`}</tr>\n`,
  )}</tbody>
</table></div>
${sorted.length > shown.length ? html`<p class="note">${countOf(sorted.length - shown.length, 'more host')} came out no worse: see tapbook show.</p>` : undefined}`;
  return { id: 'hosts', title: 'Hosts', body };
}

/** Hosts count whole seconds as a rule: then no tenth is made up. */
function tellSeconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 10) / 10;
}

const mostRows = 5000;

interface HostRow {
  readonly host: HostName;
  readonly play: string;
  readonly kernel: string | undefined;
  readonly outcome: HostOutcome | undefined;
}

function rowsOf(play: PlayTally, outcomes: ReadonlyMap<HostName, HostOutcome>): readonly HostRow[] {
  const kernels = new Map(play.plan?.hosts.map(({ name, kernelGroup }) => [name, kernelGroup]));
  return hostsOfPlay(play).map(host => ({
    host,
    play: play.name,
    kernel: kernels.get(host),
    outcome: outcomes.get(host),
  }));
}

/** Hosts that are not known to have ended stand before those that were not begun. */
const kindsByWeight: readonly (OutcomeKind | undefined)[] = kindsFromWorst.flatMap(kind =>
  kind === 'not-started' ? [undefined, kind] : [kind],
);

function weightOf({ outcome }: HostRow): number {
  return kindsByWeight.indexOf(outcome?.kind);
}

function whyOf(outcome: HostOutcome | undefined): string {
  return outcome === undefined ? 'no event says how it ended here' : sayWhy(outcome);
}

function kernelTable(rows: readonly HostRow[]): Html {
  const kinds = kindsByWeight.filter(kind => rows.some(({ outcome }) => outcome?.kind === kind)).toReversed();
  const kernels = [...new Set(rows.map(({ kernel }) => kernel))].slice(0, mostKernels);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="By kernel"><table class="fit" data-cards>
<caption><strong>By kernel</strong></caption>
<thead><tr><th scope="col">kernel</th>${kinds.map(kind => html`<th scope="col" class="number">${(kind ?? 'unknown').replace('-', ' ')}</th>`)}</tr></thead>
<tbody>${kernels.map(
    kernel =>
      html`<tr><th scope="row">${kernel ?? 'not known'}</th>${kinds.map(kind => {
        const count = rows.filter(row => row.kernel === kernel && row.outcome?.kind === kind).length;
        return html`<td class="number">${count === 0 ? '' : count}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

const mostKernels = 200;
