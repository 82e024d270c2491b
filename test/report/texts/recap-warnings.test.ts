import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { RunId } from '../../../src/model/ids.ts';
import { failuresSection } from '../../../src/report/page/failures-section.ts';
import type { RunReport } from '../../../src/report/page/run-report.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { formatRecap, type RecapOptions } from '../../../src/report/texts/recap.ts';
import { formatRunPage } from '../../../src/report/texts/run-page.ts';
import { applyOf, hosts, plan } from '../../support/sample-run.ts';

const warning = `calls on db3 prints lines about sshd, which sends its output here; to leave them out, begin its probes with: next`;
const options: RecapOptions = { colour: 'plain', columns: 60, verbosity: 'normal', sentences: 'wrapped' };
const entry = { id: 'x' as RunId, directory: '/x', state: 'unreadable', reason: '' } as const;

function tallyOf(events: Iterable<Event>) {
  const { tally, read } = createTally();
  for (const event of events) read(event);
  read({ kind: 'notice', severity: 'warning', text: warning } as Event);
  return tally;
}

test('a warning in the recap is broken at blanks on a terminal, and one line elsewhere', () => {
  const tally = tallyOf(applyOf(plan(hosts('db1', 'db2'))));
  const lines = formatRecap(tally, options).split('\n');
  const at = lines.findIndex(line => line.startsWith('warning: calls on db3'));
  expect(lines.slice(at, at + 3)).toEqual([
    'warning: calls on db3 prints lines about sshd, which sends',
    '    its output here; to leave them out, begin its probes',
    '    with: next',
  ]);
  expect(formatRecap(tally, { ...options, sentences: 'whole' })).toContain(`\nwarning: ${warning}\n`);
});

test('show tells of a warning once', () => {
  const tally = tallyOf(applyOf(plan(hosts('db1', 'db2'))));
  const notices = [
    { kind: 'notice', severity: 'warning', text: warning },
    { kind: 'notice', severity: 'info', text: 'every module is in the cache' },
    { kind: 'notice', severity: 'warning', about: 'stop', text: 'stopping' },
  ] as const;
  const page = formatRunPage({ entry, tally, notices, trouble: [] }, { ...options, sentences: 'whole' });
  expect(page.split(warning)).toHaveLength(2);
  expect(page).toContain('\nNOTICES\ninfo: every module is in the cache\nwarning: stopping\n');
});

test('where all is well but for warnings, the page has one heading for them', () => {
  const tally = tallyOf(applyOf(plan(hosts('db1', 'db2'))));
  const report: RunReport = {
    ...{
      entry,
      tally,
      notices: [],
      trouble: [],
      tables: { kind: 'tables', tables: [], histograms: [] },
      series: [],
      matrices: [],
      spans: [],
    },
    ...{ ends: [], outputs: [], outputsLeftOut: 0 },
  };
  const { title, body } = failuresSection(report) ?? {};
  expect(title).toBe('Warnings');
  expect(body?.markup).toContain(`<ul class="warnings"><li>${warning}</li></ul>`);
  expect(body?.markup).not.toContain('<h3>');
});
