import { expect, test } from 'vitest';
import { silentReader } from '../../src/cli/session/silent-reader.ts';
import { createEventHub } from '../../src/engine/event-hub.ts';
import type { Event, EventBody } from '../../src/model/event.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { applyOf, hosts, plan, runId } from '../support/sample-run.ts';

test('each event tells its play, but for those of the whole run', () => {
  const heard: Event[] = [];
  const hub = createEventHub(runId, [{ ...silentReader, read: event => heard.push(event) }]);
  const plans = [
    { ...plan(hosts('db1')), name: 'First' },
    { ...plan(hosts('db2')), name: 'Second' },
  ];
  const [one = [], two = []] = plans.map(planned => [...applyOf(planned)]);
  const planning = (events: readonly Event[]) => events.findIndex(({ kind }) => kind === 'play-planned') + 1;
  const [begin] = one;
  const all = [
    ...(begin === undefined ? [] : [begin]),
    ...one.slice(1, planning(one)),
    ...two.slice(1, planning(two)),
    ...one.slice(planning(one), -1),
    ...two.slice(planning(two)),
  ];
  for (const { time: _, run: __, ...body } of all) hub.emit(body as EventBody);
  for (const event of heard) assertValidEvent(event);
  const told = heard.map(event => `${event.kind} ${event.play ?? '-'}${'host' in event ? ` ${event.host}` : ''}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "run-started -",
      "play-started First",
      "host-probed First builder1",
      "host-probed First db1",
      "play-planned First",
      "play-started Second",
      "host-probed Second builder1",
      "host-probed Second db2",
      "play-planned Second",
      "build-started First",
      "build-finished First",
      "batch-started First",
      "script-started First db1",
      "line First db1",
      "script-finished First db1",
      "host-finished First db1",
      "build-started Second",
      "build-finished Second",
      "batch-started Second",
      "script-started Second db2",
      "line Second db2",
      "script-finished Second db2",
      "host-finished Second db2",
      "run-finished -",
    ]
  `);
});
