import { expect, test } from 'vitest';
import type { Event, EventBody } from '../../../src/model/event.ts';
import type { RunId } from '../../../src/model/ids.ts';
import { viewPlay } from '../../../src/report/live/play-view.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { formatRecap } from '../../../src/report/texts/recap.ts';
import { host, hosts, plan } from '../../support/sample-run.ts';

const second = (at: number): string => new Date(Date.UTC(2026, 10, 23) + at * 1000).toISOString();

/** Two plays of a host that answers at once and a late one, as far as the first one runs and the late one has answered. */
function startRun() {
  const { tally, read } = createTally();
  const tell = (at: number, playNumber: number, event: EventBody): void =>
    read({ ...event, time: second(at), run: 'x' as RunId, play: 'p', playNumber } as Event);
  const probed = (name: string): EventBody => ({
    kind: 'host-probed',
    host: host(name),
    role: 'target',
    seconds: 1,
    result: { kind: 'unreachable', failure: { stage: 'connect', cause: 'x' } },
  });
  const awaited = [host('db2')];
  for (const play of [1, 2]) {
    tell(play, play, {
      kind: 'play-started',
      play: 'p',
      hosts: [host('db1'), ...awaited],
      buildHosts: [host('builder')],
    });
    tell(play, play, probed('db1'));
    tell(play, play, { kind: 'play-planned', plan: plan(hosts('db1')), awaited });
  }
  tell(3, 1, { kind: 'batch-started', batch: 1, of: 1, hosts: [host('db1')] });
  tell(4, 1, { kind: 'host-finished', host: host('db1'), outcome: { kind: 'ok' } });
  return { tally, tell, probed };
}

test('what comes of a later play while an earlier one waits for a late host leaves the earlier one its turn', () => {
  const { tally, tell, probed } = startRun();
  tell(6, 1, probed('db2'));
  tell(7, 2, probed('db2'));
  expect(tally.plays.indexOf(tally.focus as never)).toBe(0);
  tell(8, 1, { kind: 'play-planned', plan: plan(hosts('db1', 'db2')), joined: [host('db2')] });
  tell(9, 1, { kind: 'host-finished', host: host('db2'), outcome: { kind: 'ok' } });
  tell(10, 2, { kind: 'batch-started', batch: 1, of: 1, hosts: [host('db1')] });
  expect(tally.plays.indexOf(tally.focus as never)).toBe(1);
});

test('the time of a stage is told once where plays overlap in it', () => {
  const { tally, tell, probed } = startRun();
  tell(6, 1, probed('db2'));
  tell(7, 2, probed('db2'));
  const recap = formatRecap(tally, { colour: 'plain', columns: 80, verbosity: 'normal', sentences: 'wrapped' });
  expect(recap).toContain('\ntime: probe 6s, run 1s\n');
});

test('once a play is planned nobody waits for build hosts', () => {
  const { tally } = startRun();
  const [first] = tally.plays;
  if (first === undefined) throw new Error('no play');
  expect(viewPlay(first, Date.parse(second(20)), 80).probe?.title).toBe(
    'Probe hosts: 0/2 ok · 1 unreachable · waiting 19s for db2',
  );
});
