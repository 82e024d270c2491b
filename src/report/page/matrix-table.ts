import type { Matrix } from '../../records/gather-matrices.ts';
import { countOf } from '../layout/amounts.ts';
import { compactNumber } from './digits.ts';
import { type Html, html } from './html.ts';
import { linkHost, type OutputLinks } from './output-links.ts';

/** Hosts by keys, each cell coloured as its number is great: which host does what the others do not. */
export function formatMatrix(matrix: Matrix, links: OutputLinks): Html {
  const { module, section, measure, by, keys, rows, moreKeys, moreHosts } = matrix;
  const most = rows.reduce(
    (found, { cells }) => cells.reduce<number>((max, cell) => Math.max(max, cell ?? 0), found),
    0,
  );
  const left = [
    ...(moreKeys > 0 ? [`${countOf(moreKeys, 'smaller column')} left out`] : []),
    ...(moreHosts > 0 ? [`${countOf(moreHosts, 'host')} with less left out`] : []),
  ];
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="${measure} by host and ${by.join(', ')}">
<table class="matrix" data-sortable data-cards>
<caption><strong>${measure}</strong> by host and ${by.join(', ')} · ${module}${section === undefined ? '' : ` ${section}`}. The stronger the colour, the more; empty: none.</caption>
<thead><tr><th scope="col">host</th>${keys.map(key => html`<th scope="col" class="number"><span>${key}</span></th>`)}</tr></thead>
<tbody>${rows.map(
    ({ host, cells }) =>
      html`<tr><th scope="row">${linkHost(host, links)}</th>${cells.map(cell => formatCell(cell, most))}</tr>\n`,
  )}</tbody></table></div>
${left.length === 0 ? undefined : html`<p class="note">${left.join(', ')}.</p>`}`;
}

/** The root of the share: else one great number would leave all others without a colour. */
function formatCell(cell: number | undefined, most: number): Html {
  if (cell === undefined) return html`<td></td>`;
  const shade = most > 0 && cell > 0 ? Math.ceil(Math.sqrt(cell / most) * shades) : 0;
  return html`<td class="q${shade}" data-value="${cell}">${compactNumber(cell)}</td>`;
}

const shades = 6;
