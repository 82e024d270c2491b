import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { createSpanGatherer } from '../../../src/report/page/gather-spans.ts';

const run = '20261123T004105Z-1a2b3c';
const event = (second: number, body: object) =>
  ({ ...body, run, time: new Date(second * 1000).toISOString() }) as unknown as Event;

test('a probe is known by its end; all else by its beginning and its end, each by its own key', () => {
  const { read, spans } = createSpanGatherer();
  const canary = { buildHost: 'b1', release: '6.1.0', machine: 'x86_64' };
  const events = [
    event(3, { kind: 'host-probed', host: 'db1', role: 'target', seconds: 2, result: { kind: 'unreachable' } }),
    event(3, { kind: 'canary-started', ...canary }),
    event(4, { kind: 'canary-finished', ...canary, result: { kind: 'ok' } }),
    event(4, { kind: 'build-started', build: 'io@6.1.0', buildHost: 'b1', module: 'io' }),
    event(4, { kind: 'build-started', build: 'net@6.1.0', buildHost: 'b1', module: 'net' }),
    event(9, { kind: 'build-finished', build: 'net@6.1.0', buildHost: 'b1', result: { kind: 'failed' } }),
    event(10, { kind: 'script-started', host: 'db2', module: 'io' }),
    event(10, { kind: 'script-started', host: 'db3', module: 'io' }),
    event(12, { kind: 'script-finished', host: 'db2', module: 'io', end: { kind: 'duration' } }),
    event(13, { kind: 'script-finished', host: 'db3', module: 'io', end: { kind: 'lost', cause: 'gone' } }),
    // Its beginning is not in what could be read.
    event(14, { kind: 'script-finished', host: 'db4', module: 'io', end: { kind: 'duration' } }),
  ];
  for (const one of events) read(one);
  expect(spans()).toEqual([
    { kind: 'probe', name: 'probe', host: 'db1', from: 1000, to: 3000, end: 'badly' },
    { kind: 'canary', name: 'canary for 6.1.0', host: 'b1', from: 3000, to: 4000, end: 'well' },
    { kind: 'build', name: 'net@6.1.0', host: 'b1', from: 4000, to: 9000, end: 'badly' },
    { kind: 'script', name: 'io', host: 'db2', from: 10_000, to: 12_000, end: 'well' },
    { kind: 'script', name: 'io', host: 'db3', from: 10_000, to: 13_000, end: 'badly' },
    { kind: 'build', name: 'io@6.1.0', host: 'b1', from: 4000, end: 'unknown' },
  ]);
});
