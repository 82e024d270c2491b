import { expect, test } from 'vitest';
import { silentReader } from '../../src/cli/session/silent-reader.ts';
import { createEventHub } from '../../src/engine/event-hub.ts';
import type { Event, EventBody } from '../../src/model/event.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { applyOf, hosts, inPlay, plan, runId } from '../support/sample-run.ts';

test('each event tells its play, but for those of the whole run', () => {
  const heard: Event[] = [];
  const hub = createEventHub(runId, [{ ...silentReader, read: event => heard.push(event) }]);
  const plans = [
    { ...plan(hosts('db1')), name: 'First' },
    { ...plan(hosts('db2')), name: 'Second' },
  ];
  const [one = [], two = []] = plans.map((planned, index) => inPlay(index + 1, applyOf(planned)));
  const planning = (events: readonly Event[]) => events.findIndex(({ kind }) => kind === 'play-planned') + 1;
  const [begin] = one;
  const all = [
    ...(begin === undefined ? [] : [begin]),
    ...one.slice(1, planning(one)),
    ...two.slice(1, planning(two)),
    ...one.slice(planning(one), -1),
    ...two.slice(planning(two)),
  ];
  for (const { time: _, run: __, playNumber, ...body } of all) {
    const sink = playNumber === undefined ? hub : hub.forPlay(playNumber - 1);
    sink.emit(body as EventBody);
  }
  for (const event of heard) assertValidEvent(event);
  const told = heard.map(
    event => `${event.kind} ${event.play ?? '-'} ${event.playNumber ?? '-'}${'host' in event ? ` ${event.host}` : ''}`,
  );
  expect(told).toMatchInlineSnapshot(`
    [
      "run-started - -",
      "play-started First 1",
      "host-probed First 1 builder1",
      "host-probed First 1 db1",
      "play-planned First 1",
      "play-started Second 2",
      "host-probed Second 2 builder1",
      "host-probed Second 2 db2",
      "play-planned Second 2",
      "build-started First 1",
      "build-finished First 1",
      "batch-started First 1",
      "script-started First 1 db1",
      "script-armed First 1 db1",
      "line First 1 db1",
      "script-finished First 1 db1",
      "host-finished First 1 db1",
      "build-started Second 2",
      "build-finished Second 2",
      "batch-started Second 2",
      "script-started Second 2 db2",
      "script-armed Second 2 db2",
      "line Second 2 db2",
      "script-finished Second 2 db2",
      "host-finished Second 2 db2",
      "run-finished - -",
    ]
  `);
});

test('a notice concerns the run, whoever tells it', () => {
  const heard: Event[] = [];
  const hub = createEventHub(runId, [{ ...silentReader, read: event => heard.push(event) }]);
  hub.forPlay(0).emit({ kind: 'notice', severity: 'info', text: 'hello' });
  expect(heard.map(({ play, playNumber }) => [play, playNumber])).toEqual([[undefined, undefined]]);
});
