import { failuresSection } from './failures-section.ts';
import { histogramsSection } from './histograms-section.ts';
import { hostsSection } from './hosts-section.ts';
import { Html, html } from './html.ts';
import { linkOutputs } from './output-links.ts';
import { outputsSection } from './outputs-section.ts';
import { pageAssets } from './page-assets.generated.js';
import { planSection } from './plan-section.ts';
import { provenanceSection } from './provenance-section.ts';
import type { RunReport } from './run-report.ts';
import { scriptsSection } from './scripts-section.ts';
import { seriesSection } from './series-section.ts';
import { summarySection, titleOf } from './summary-section.ts';
import { tablesSection } from './tables-section.ts';
import { timelineSection } from './timeline-section.ts';

/**
 * A run as one HTML page that needs nothing else: no network, and without its script only the charts and the sorting are
 * missing. A policy in the page keeps even markup that got in by mistake from doing anything.
 */
export function formatReport(report: RunReport): string {
  const links = linkOutputs(report.outputs);
  const sections = [
    failuresSection(report),
    tablesSection(report.tables, report.matrices, links),
    seriesSection(report.series),
    histogramsSection(report.tables),
    hostsSection(report, links),
    timelineSection(report),
    scriptsSection(report),
    planSection(report),
    outputsSection(report),
    provenanceSection(report),
  ].filter(section => section !== undefined);
  const policy = `default-src 'none'; style-src ${pageAssets.styleSource}; script-src ${pageAssets.scriptSource}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(report)}</title>
<style>${Html.trusted(pageAssets.style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${summarySection(report)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="content">
${sections.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>\n`)}
</main>
<script>${Html.trusted(pageAssets.script)}</script>
</body>
</html>
`.markup;
}
