import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { FleetHistogram, TablesMade } from '../../model/records.ts';
import { countOf } from '../layout/amounts.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';

/** What `@hist_log` and `@hist_linear` counted, of all hosts together: tables whose bars are drawn. */
export function histogramsSection({ histograms, leftOut = 0 }: TablesMade): PageSection | undefined {
  if (histograms.length === 0) return undefined;
  const shown = histograms.slice(0, mostHistograms);
  const more = histograms.length - shown.length + leftOut;
  const body = html`<div class="grid">${shown.map(formatHistogram)}</div>
${more === 0 ? undefined : html`<p class="note">${countOf(more, 'more histogram')}: see tapbook show.</p>`}`;
  return { id: 'histograms', title: 'Histograms', body };
}

const mostHistograms = 60;

function formatHistogram(fleet: FleetHistogram): Html {
  const { module, section, title, number, hosts, incomplete, histogram } = fleet;
  const counts = histogram.buckets.map(({ count }) => Number(count));
  const most = Math.max(1, ...counts);
  const name = `${title ?? module}${number === 1 ? '' : ` (${number})`}`;
  return html`<figure class="histogram"><table>
<caption><strong>${name}</strong> ${title === undefined ? undefined : module}${section === undefined ? undefined : ` ${section}`} from ${countOf(hosts.length, 'host')}</caption>
<thead><tr><th scope="col" class="number">value</th><th scope="col"><span class="unseen">share</span></th><th scope="col" class="number">count</th></tr></thead>
<tbody>${histogram.buckets.map(
    ({ mark = '', value, count }) => html`<tr><th scope="row" class="number">${mark}${String(value)}</th>
<td class="bar"><svg width="100%" height="12" aria-hidden="true"><rect width="${widthOf(Number(count), most)}" height="12" rx="1"/></svg></td>
<td class="number">${String(count)}</td></tr>`,
  )}</tbody></table>
<p class="note">${histogram.scale === 'log' ? 'Each row counts values from its own up to the next.' : 'Rows are steps of equal width.'}${incomplete.length === 0 ? undefined : ` Incomplete: ${foldHostsWithin(incomplete, 100)} did not run it well to the end.`}</p></figure>`;
}

/** A share that is not zero can be seen. */
function widthOf(count: number, most: number): string {
  return count === 0 ? '0' : `${Math.max(0.5, (count / most) * 100).toFixed(2)}%`;
}
