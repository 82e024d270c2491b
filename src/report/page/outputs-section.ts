import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { ShownOutput } from '../../model/shown-output.ts';
import { countOf } from '../layout/amounts.ts';
import { type Html, html } from './html.ts';
import { outputId } from './output-links.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** What the hosts printed; those that printed the same share one place. */
export function outputsSection({ outputs, outputsLeftOut }: RunReport): PageSection | undefined {
  if (outputs.length === 0) return undefined;
  const body = html`${outputs.map((output, index) => formatOutput(output, index, outputs.length === 1 ? 'open' : 'closed'))}
${outputsLeftOut === 0 ? undefined : html`<p class="note">There is no room here for what ${countOf(outputsLeftOut, 'more host')} printed: see tapbook show --output.</p>`}`;
  return { id: 'output', title: 'Output', body };
}

function formatOutput({ hosts, lines, cut }: ShownOutput, index: number, state: 'open' | 'closed'): Html {
  const same = hosts.length === 1 ? '' : ', the same on all of them';
  return html`<details${state === 'open' ? html` open` : undefined}><summary><strong>${foldHostsWithin(hosts, 120)}</strong> ${countOf(lines.length, 'line')}${cut === undefined ? '' : ' shown'}${same}</summary>
<pre tabindex="0" id="${outputId(index)}" aria-label="Output of ${foldHostsWithin(hosts, 120)}">${lines.map(line => `${line}\n`).join('')}</pre>
${cut === undefined ? undefined : html`<p class="note">The beginning of ${formatBytes(cut.bytes)}: <code>${cut.path}</code></p>`}</details>`;
}
