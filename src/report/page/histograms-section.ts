import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { FleetHistogram, TablesMade, WideInteger } from '../../model/records.ts';
import { bucketRange } from '../../records/bucket-range.ts';
import { histogramPercentile } from '../../records/histogram-percentile.ts';
import { indexBuckets } from '../../records/index-buckets.ts';
import { countOf } from '../layout/amounts.ts';
import { type MeasuredUnit, scaleValue, unitOf } from '../layout/measured-unit.ts';
import { whyIncomplete } from '../texts/incomplete-text.ts';
import { sayUnevenTimes } from '../texts/uneven-times.ts';
import { groupDigits } from './digits.ts';
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
/** Rows; a hostile host may make thousands. */
const mostRows = 300;

/** `read sizes (2)`. */
export function nameHistogram({ module, title, number }: FleetHistogram): string {
  return `${title ?? module}${number === 1 ? '' : ` (${number})`}`;
}

function formatHistogram(fleet: FleetHistogram): Html {
  const { module, section, title, hosts, incomplete, uneven, histogram } = fleet;
  const unit = unitOf(title ?? module);
  const indices = indexBuckets(histogram.buckets, histogram.scale) ?? [];
  const shown = histogram.buckets.slice(0, mostRows);
  const most = Math.max(1, ...shown.map(({ count }) => Number(count)));
  const left = histogram.buckets.length - shown.length;
  return html`<figure class="histogram"><table>
<caption><strong>${nameHistogram(fleet)}</strong> ${title === undefined ? undefined : module}${section === undefined ? undefined : ` ${section}`} from ${countOf(hosts.length, 'host')}
<span class="percentiles">${tellPercentiles(histogram, unit)}</span></caption>
<thead><tr><th scope="col" class="number">value${unit === undefined ? '' : ` (${unit})`}</th><th scope="col"><span class="unseen">share</span></th><th scope="col" class="number">count</th></tr></thead>
<tbody>${shown.map(({ mark = '', value, count }, at) => {
    const isAfterGap = at > 0 && (indices[at] ?? 0) > (indices[at - 1] ?? 0) + 1;
    const scaled = scaleValue(value, unit);
    return html`${isAfterGap ? gap : undefined}<tr><th scope="row" class="number">${mark}${String(value)}${scaled === undefined ? undefined : html` <small>${scaled}</small>`}</th>
<td class="bar"><svg width="100%" height="12" aria-hidden="true"><rect width="${widthOf(Number(count), most)}" height="12" rx="1"/></svg></td>
<td class="number">${String(count)}</td></tr>`;
  })}</tbody></table>
<p class="note">${histogram.scale === 'log' ? 'Each row counts values from its own up to the next.' : 'Rows are steps of equal width.'}${left === 0 ? undefined : ` ${countOf(left, 'more row')} left out.`}${incomplete.length === 0 ? undefined : ` Incomplete: ${foldHostsWithin(incomplete, 100)} ${whyIncomplete}.`}${uneven === undefined ? undefined : ` ${sayUnevenTimes(uneven)}.`}</p></figure>`;
}

/** As SystemTap prints it where rows without a count are left out. */
const gap = html`<tr class="gap"><th scope="row" class="number">~<span class="unseen"> rows without a count are left out</span></th><td></td><td></td></tr>`;

function tellPercentiles(histogram: FleetHistogram['histogram'], unit: MeasuredUnit | undefined): Html {
  const total = histogram.buckets.reduce((sum, { count }) => sum + BigInt(count), 0n);
  const told = [50, 90, 99].map(percent => {
    const range = percentileRange(histogram, percent, unit);
    return range === undefined ? undefined : html` · <b>p${percent}</b> ${range}`;
  });
  return html`${groupDigits(String(total))} ${total === 1n ? 'value' : 'values'}${told}`;
}

/** `8 to 15 µs`: a histogram knows no more of where a percentile lies. Undefined where nothing was counted. */
function percentileRange(
  histogram: FleetHistogram['histogram'],
  percent: number,
  unit: MeasuredUnit | undefined,
): string | undefined {
  const bucket = histogramPercentile(histogram, percent / 100);
  if (bucket === undefined) return undefined;
  const { from, to } = bucketRange(histogram, histogram.buckets.indexOf(bucket));
  const tell = (value: WideInteger): string =>
    scaleValue(value, unit) ?? `${value}${unit === undefined ? '' : ` ${unit}`}`;
  if (from === undefined) return `below ${tell(addOne(to))}`;
  if (to === undefined) return `${tell(from)} or more`;
  const [low, high] = [tell(from), tell(to)];
  // The unit once is enough.
  return low === high ? low : `${low.split(' ')[1] === high.split(' ')[1] ? low.split(' ')[0] : low} to ${high}`;
}

function addOne(value: WideInteger | undefined): string {
  return String(BigInt(value ?? 0) + 1n);
}

/** A share that is not zero can be seen. */
function widthOf(count: number, most: number): string {
  return count === 0 ? '0' : `${Math.max(0.5, (count / most) * 100).toFixed(2)}%`;
}
