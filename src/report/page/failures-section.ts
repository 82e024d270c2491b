import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { compareSeverity } from '../../model/outcome.ts';
import { countOf } from '../layout/amounts.ts';
import { type FailureGroup, groupFailures } from '../tally/failure-groups.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** What went wrong, the worst first, with what mends it; warnings behind. Undefined where all is well. */
export function failuresSection({ tally, notices }: RunReport): PageSection | undefined {
  const groups = groupFailures(tally.plays.flatMap(play => [...playOutcomes(play, tally)]));
  const sorted = groups.toSorted(compareSeverity);
  const stopped = tally.plays.flatMap(({ stoppedBecause }) => stoppedBecause ?? []);
  const warnings = new Set([
    ...tally.warnings,
    ...notices.filter(({ severity }) => severity === 'warning').map(({ text }) => text),
  ]);
  if (groups.length + stopped.length + warnings.size === 0) return undefined;
  const isOnlyWarnings = groups.length + stopped.length === 0;
  const body = html`
${stopped.map(reason => html`<p class="warning">The rollout was stopped: ${reason}</p>`)}
${sorted.slice(0, shown).map(formatGroup)}
${sorted.length > shown ? html`<p class="note">${countOf(sorted.length - shown, 'more cause')}: see tapbook show.</p>` : undefined}
${warnings.size === 0 ? undefined : html`${isOnlyWarnings ? undefined : html`<h3>Warnings</h3>`}<ul class="warnings">${[...warnings].slice(0, shown).map(text => html`<li>${text}</li>`)}</ul>`}`;
  return { id: 'failures', title: isOnlyWarnings ? 'Warnings' : 'What is not well', body };
}

const shown = 200;

function formatGroup({ kind, hosts, stage, cause, cure, detail }: FailureGroup): Html {
  const many = hosts.length > 1 ? ` (${countOf(hosts.length, 'host')})` : '';
  return html`<article class="failure ${kind}">
<h3><span class="outcome ${kind}">${kind.replace('-', ' ')}</span> ${foldHostsWithin(hosts, 200)}${many}${stage === undefined ? undefined : html` <span class="stage">at ${stage}</span>`}</h3>
<p>${cause}</p>
${cure === undefined ? undefined : html`<p class="cure"><strong>Cure:</strong> ${cure}</p>`}
${detail === undefined ? undefined : html`<details><summary>What was said there</summary><pre tabindex="0">${detail.slice(0, mostDetail)}</pre></details>`}
</article>`;
}

const mostDetail = 20_000;
