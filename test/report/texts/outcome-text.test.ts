import { expect, test } from 'vitest';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { progressLines } from '../../../src/report/live/progress-lines.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { cureOf, sayOutcome, sayWhy } from '../../../src/report/texts/outcome-text.ts';
import { formatHostPage } from '../../../src/report/texts/run-page.ts';
import { at, finished, host, runId, started } from '../../support/sample-run.ts';

const failure = { stage: 'load', cause: 'no room in /tmp', cure: 'make some' } as const;

const told = test.each<[outcome: HostOutcome, said: string, why: string, cure?: string]>([
  [{ kind: 'ok' }, 'ok', ''],
  [{ kind: 'interrupted' }, 'interrupted', ''],
  [
    { kind: 'degraded', notes: ['2 probes skipped', '1 line lost'] },
    'degraded: 2 probes skipped; 1 line lost',
    '2 probes skipped; 1 line lost',
  ],
  [
    { kind: 'skipped', reason: 'no kernel matches', cure: 'name it' },
    'skipped: no kernel matches',
    'no kernel matches',
    'name it',
  ],
  [{ kind: 'not-started', reason: 'interrupted' }, 'not-started: interrupted', 'interrupted'],
  [{ kind: 'failed', failure }, 'failed at load: no room in /tmp', 'at load: no room in /tmp', 'make some'],
  [
    { kind: 'unreachable', failure: { stage: 'connect', cause: 'no route' } },
    'unreachable at connect: no route',
    'at connect: no route',
  ],
  [{ kind: 'left-behind', failure }, 'left-behind at load: no room in /tmp', 'at load: no room in /tmp', 'make some'],
]);

told('%j', (outcome, said, why, cure) => {
  expect([sayOutcome(outcome), sayWhy(outcome), cureOf(outcome)]).toEqual([said, why, cure]);
});

told('live and remembered it is told by the same words: %j', (outcome, said, _why, cure) => {
  const event = at(2, finished(host('db1'), outcome));
  const [line = ''] = progressLines(event, 'verbose');
  expect(line).toBe(`db1: ${said}${cure === undefined || outcome.kind === 'skipped' ? '' : `; ${cure}`}`);

  const { tally, read } = createTally();
  for (const one of [
    started,
    at(1, { kind: 'play-started', play: 'p', hosts: [host('db1')], buildHosts: [] }),
    event,
  ]) {
    read(one);
  }
  const entry = { id: runId, directory: '/x', state: 'unreadable', reason: 'x' } as const;
  const page = formatHostPage({ entry, tally }, host('db1'), [], { columns: 200, colour: 'plain' });
  const rows = outcome.kind === 'degraded' ? outcome.notes : [said];
  for (const row of rows) expect(page).toContain(row);
  if (cure !== undefined) expect(page).toContain(`  cure      ${cure}\n`);
});
