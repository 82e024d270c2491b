import { formatBytes } from '../../model/format-bytes.ts';
import { formatTime } from '../layout/format-time.ts';
import { tellRepository } from '../texts/run-page.ts';
import { type Html, html } from './html.ts';
import type { PageSection } from './page-section.ts';
import type { RunReport } from './run-report.ts';

/** Where all of it comes from: files, commits, versions, times. */
export function provenanceSection({ entry, tally, rerun }: RunReport): PageSection {
  const head = entry.state === 'unreadable' ? tally.started : entry.head;
  const rows: readonly (readonly [string, Html | string | undefined])[] = [
    ['Playbook', head === undefined ? undefined : 'playbookFile' in head ? head.playbookFile : head.playbook],
    ['Inventory', head?.inventory.join(', ')],
    ['tapbook', head?.version],
    ...('started' in (head ?? {}) ? timesOf(entry) : []),
    ...(head?.repositories ?? []).map(
      state =>
        [
          'Git',
          state.dirtyCount === 0
            ? tellRepository(state)
            : html`<strong class="dirty">${tellRepository(state)}</strong>`,
        ] as const,
    ),
    ['Again', rerun === undefined ? undefined : html`<code>${rerun}</code>${hint(rerun)}`],
    ['Run', html`<code>${entry.directory}</code>`],
  ];
  const body = html`<dl class="provenance">${rows.map(([name, text]) =>
    text === undefined ? undefined : html`<div><dt>${name}</dt><dd>${text}</dd></div>`,
  )}</dl>`;
  return { id: 'provenance', title: 'Provenance', body };
}

function hint(rerun: string): string {
  const vars = rerun.includes('--extra-vars') ? ' The values of extra variables are not kept.' : '';
  return ` from the folder where it was begun.${vars}`;
}

function timesOf(entry: RunReport['entry']): readonly (readonly [string, string | undefined])[] {
  if (entry.state === 'unreadable') return [];
  const { started, ended, bytes } = entry.head;
  return [
    ['Began', formatTime(started)],
    ['Ended', ended === undefined ? undefined : formatTime(ended)],
    ['Size', bytes === undefined ? undefined : formatBytes(bytes)],
  ];
}
