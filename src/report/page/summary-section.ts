import { isFailure, kindsFromWorst, type OutcomeCounts } from '../../model/outcome.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { formatTime } from '../layout/format-time.ts';
import { sayStopCause } from '../texts/stop-cause-text.ts';
import { answersOf } from './answers.ts';
import { type Html, html } from './html.ts';
import type { RunReport } from './run-report.ts';

export function titleOf({ entry }: RunReport): string {
  if (entry.state === 'unreadable') return `tapbook: run ${entry.id}`;
  return `${entry.head.command} ${entry.head.playbook} · ${tellState(entry)}`;
}

/** What everybody wants to know first: what was run, when, how it ended, what it found, and on how many hosts. */
export function summarySection(report: RunReport): Html {
  const { entry, trouble } = report;
  const answers = answersOf(report);
  const head = entry.state === 'unreadable' ? undefined : entry.head;
  const finished = head?.finished ?? report.tally.finished;
  return html`<header>
<p class="kicker">tapbook ${head?.command ?? 'run'} <span class="id">${entry.id}</span></p>
<h1>${head?.playbook ?? 'A run that cannot be read'}</h1>
<p class="state ${stateClass(report)}">${tellState(entry)}</p>
${head === undefined ? undefined : html`<p class="when"><time datetime="${head.started}">${formatTime(head.started)}</time>${finished === undefined ? undefined : ` · ${formatSeconds(finished.seconds)}`}</p>`}
${answers.length === 0 ? undefined : html`<ul class="answers">${answers.map(answer => html`<li>${answer}</li>`)}</ul>`}
${trouble.length === 0 ? undefined : html`<p class="trouble" role="note">Not all of this run can be told: ${trouble.join('; ')}</p>`}
<dl class="figures">
${finished === undefined ? undefined : hostFigures(finished.hosts)}
${finished === undefined ? undefined : html`<div><dt>${finished.builds.built === 1 ? 'module' : 'modules'} built</dt><dd>${finished.builds.built}</dd></div><div><dt>from the cache</dt><dd>${finished.builds.cached}</dd></div>`}
</dl>
</header>`;
}

/** `ok` is always said, what is not well only where it comes up. */
function hostFigures(hosts: Readonly<Partial<OutcomeCounts>>): readonly Html[] {
  const told = Object.entries(hosts).filter(([kind, count]) => kind === 'ok' || (count ?? 0) > 0);
  return told
    .toSorted(([left], [right]) => Number(right === 'ok') - Number(left === 'ok'))
    .map(
      ([kind, count]) =>
        html`<div class="${kind}"><dt>${count === 1 ? 'host' : 'hosts'} ${words[kind] ?? kind}</dt><dd>${count}</dd></div>`,
    );
}

const words: Readonly<Record<string, string>> = {
  'left-behind': 'with something left behind',
  'not-started': 'not started',
};

function stateClass({ entry }: RunReport): string {
  if (entry.state !== 'finished') return 'unclear';
  return entry.head.finished?.exitCode === 0 ? 'well' : 'badly';
}

function tellState(entry: RunReport['entry']): string {
  switch (entry.state) {
    case 'unreadable':
      return `it cannot be read: ${entry.reason}`;
    case 'running':
      return 'it was still running when this page was made';
    case 'died':
      return 'it was cut short before it could say how it ended';
    case 'finished': {
      const { exitCode = 1, stopped, hosts } = entry.head.finished ?? {};
      const early = stopped === undefined ? '' : `, stopped before its time (${sayStopCause(stopped)})`;
      if (exitCode === 0) return `all well${early}`;
      const counted = kindsFromWorst.filter(kind => isFailure({ kind }) || kind === 'interrupted');
      const wrong = counted.flatMap(kind =>
        (hosts?.[kind] ?? 0) > 0 ? [`${countOf(hosts?.[kind] ?? 0, 'host')} ${words[kind] ?? kind}`] : [],
      );
      return `${wrong.length === 0 ? 'not all well' : wrong.join(', ')}${early} (exit ${exitCode})`;
    }
  }
}
