import { expect, test } from 'vitest';
import type { Event, ScriptFinished } from '../../../src/model/event.ts';
import type { ModuleName, RunId } from '../../../src/model/ids.ts';
import { progressLines } from '../../../src/report/live/progress-lines.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { formatRecap } from '../../../src/report/texts/recap.ts';
import { formatHostPage } from '../../../src/report/texts/run-page.ts';
import { assertValidEvent } from '../../support/event-validator.ts';
import { applyOf, host, hosts, plan } from '../../support/sample-run.ts';

/** A run of so many hosts whose scripts print so many lines. */
function eventsOf(count: number, linesOf: (name: string) => number | undefined): readonly Event[] {
  const names = Array.from({ length: count }, (_, index) => `db${String(index + 1).padStart(2, '0')}`);
  return [...applyOf(plan(hosts(...names)))].map(event => {
    const lines = event.kind === 'script-finished' ? linesOf(event.host) : undefined;
    return lines === undefined ? event : { ...event, lines };
  });
}

function recapOf(events: readonly Event[]): string {
  const { tally, read } = createTally();
  for (const event of events) read(event);
  return formatRecap(tally, { colour: 'plain', columns: 80, verbosity: 'normal', sentences: 'wrapped' });
}

test('the recap names the hosts on which a script printed nothing', () => {
  const events = eventsOf(9, name => (name === 'db02' ? 5 : 0));
  for (const event of events) assertValidEvent(event);
  expect(recapOf(events)).toContain('\nprinted nothing: ioread_top5 on db[01,04-09] (7 hosts)\n');
  expect(recapOf(eventsOf(2, name => (name === 'db02' ? 0 : 3)))).toContain('\nprinted nothing: ioread_top5 on db02\n');
  const many = recapOf(eventsOf(300, name => Number(name.slice(2)) % 2)).split('\n');
  expect(many.find(line => line.startsWith('printed nothing'))?.length).toBeLessThanOrEqual(80);
});

test('nothing is said of those that printed, of older runs, and of scripts that did not run to their end', () => {
  expect(recapOf(eventsOf(3, () => 1))).not.toContain('printed nothing');
  expect(recapOf(eventsOf(3, () => undefined))).not.toContain('printed nothing');
  const cut = eventsOf(3, () => 0).map(event =>
    event.kind === 'script-finished' ? { ...event, end: { kind: 'stopped' as const } } : event,
  );
  expect(recapOf(cut)).not.toContain('printed nothing');
});

test('so do the page of a host, and the progress with -v', () => {
  const events = eventsOf(1, () => 0);
  const { tally, read } = createTally();
  for (const event of events) read(event);
  const ends = events.filter((event): event is Event & ScriptFinished => event.kind === 'script-finished');
  const entry = { id: 'x' as RunId, directory: '/x', state: 'unreadable', reason: '' } as const;
  const page = formatHostPage({ entry, tally }, host('db01'), ends, { columns: 100, colour: 'plain' });
  expect(page).toContain('ioread_top5: was stopped as planned after 30s, and printed nothing, no module left');
  expect(ends.flatMap(end => progressLines(end, 'verbose'))).toEqual([
    'db01: ioread_top5 was stopped as planned after 30s, and printed nothing',
  ]);
  const [first] = ends;
  const printed = { ...first, module: 'other' as ModuleName, lines: 1 } as Event;
  expect(progressLines(printed, 'verbose')).toEqual(['db01: other was stopped as planned after 30s']);
});
