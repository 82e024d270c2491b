import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import type { BuildTally, PlayTally } from '../tally/play-tally.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** What each play was to do: its kernels, its batches, its modules and what became of them. */
export function planSection({ tally }: RunReport): PageSection | undefined {
  if (tally.plays.length === 0) return undefined;
  return { id: 'plan', title: 'Plan and builds', body: html`${tally.plays.map(formatPlay)}` };
}

function formatPlay({ name, plan, builds, hosts }: PlayTally): Html {
  return html`<h3>${name}</h3>
${plan === undefined ? html`<p class="note">It was not planned: ${countOf(hosts.length, 'host')} were selected.</p>` : formatPlan(plan)}
${builds.size === 0 ? undefined : formatBuilds([...builds.values()].slice(0, mostBuilds))}`;
}

const mostBuilds = 500;

function formatPlan({ pattern, hosts, batches, kernelGroups }: PlannedPlay): Html {
  const run = hosts.filter(({ decision }) => decision.kind === 'run').length;
  return html`<p>Hosts <code>${pattern}</code>: ${countOf(hosts.length, 'host')} selected, ${run} to run${batches.length === 0 ? '' : ` in ${countOf(batches.length, 'batch')}`}.</p>
<ul class="kernels">${kernelGroups.map(({ id, hosts: own }) => html`<li><code>${id}</code> ${countOf(own.length, 'host')}: ${foldHostsWithin(own, 120)}</li>`)}</ul>`;
}

function formatBuilds(builds: readonly BuildTally[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Builds"><table class="fit" data-sortable data-cards>
<thead><tr><th scope="col">build</th><th scope="col">on</th><th scope="col">came to</th><th scope="col" class="number">seconds</th><th scope="col" class="number">size</th></tr></thead>
<tbody>${builds.map(({ begun, result }) => {
    const cells = cellsOf(result);
    return html`<tr><th scope="row">${begun.build}</th><td>${begun.buildHost}</td><td>${cells.came}</td><td class="number">${cells.seconds}</td><td class="number">${cells.size}</td></tr>`;
  })}</tbody></table></div>`;
}

function cellsOf(result: BuildTally['result']): { came: string; seconds?: string; size?: string } {
  switch (result?.kind) {
    case undefined:
      return { came: 'not finished' };
    case 'cached':
      return { came: 'was in the cache' };
    case 'built': {
      const warnings = result.warnings === 0 ? '' : `, ${countOf(result.warnings, 'warning')}`;
      return { came: `built${warnings}`, seconds: formatSeconds(result.seconds), size: formatBytes(result.bytes) };
    }
    case 'failed':
      return { came: `failed: ${result.failure.cause}`, seconds: formatSeconds(result.seconds) };
  }
}
