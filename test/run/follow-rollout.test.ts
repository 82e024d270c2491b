import { expect, test } from 'vitest';
import type { EventBody } from '../../src/model/event.ts';
import type { HostName, ModuleName } from '../../src/model/ids.ts';
import { followRollout } from '../../src/run/follow-rollout.ts';
import { keepLoadLog } from '../../src/run/load-log.ts';
import { makePlan, ready } from '../plan/rig.ts';

const io = 'io' as ModuleName;
const host = (name: string): HostName => name as HostName;
const vanished = {
  kind: 'unreachable',
  failure: { stage: 'stream', cause: 'the connection was lost' },
  vanishedAfterLoad: true,
} as const;

function follow() {
  const events: EventBody[] = [];
  const log = keepLoadLog({ emit: event => events.push(event), congestion: () => undefined });
  const plan = makePlan({ targets: ['db1', 'db2', 'db3', 'db4'].map(name => ready(name)) });
  const rollout = followRollout(plan, log);
  rollout.beginBatch(0);
  const left = { module: 'unknown', directory: 'unknown' } as const;
  return {
    rollout,
    events,
    load: (name: string) => {
      rollout.begin(host(name));
      log.emit({ kind: 'script-started', host: host(name), module: io });
    },
    end: (name: string, seconds: number) =>
      log.emit({ kind: 'script-finished', host: host(name), module: io, end: { kind: 'exited' }, seconds, left }),
  };
}

test('a canary that vanishes after its load stops all, whatever may fail', () => {
  const { rollout, events, load, end } = follow();
  load('db1');
  end('db1', 3.4);
  rollout.finish(host('db1'), vanished);
  expect(rollout.stopped()).toBe('db1 vanished 3 s after io was loaded; nothing was loaded on any other host');
  expect([rollout.closed.aborted, rollout.halt.aborted]).toEqual([true, true]);
  expect(events.slice(-2).map(event => event.kind)).toEqual(['rollout-stopped', 'host-finished']);
});

test('who runs meanwhile is stopped, and who has run is named', () => {
  const { rollout, load, end } = follow();
  for (const name of ['db1', 'db2', 'db3']) load(name);
  end('db1', 30);
  rollout.finish(host('db1'), { kind: 'ok' });
  end('db3', 12);
  rollout.finish(host('db3'), vanished);
  expect(rollout.stopped()).toBe(
    'db3 vanished 12 s after io was loaded; it is stopped on db2, where modules are loaded too; db1 had modules loaded before',
  );
});

test('a host that is only unreachable does not stop those that run', () => {
  const { rollout, load } = follow();
  load('db1');
  rollout.finish(host('db1'), { kind: 'unreachable', failure: vanished.failure });
  expect([rollout.stopped(), rollout.closed.aborted, rollout.halt.aborted]).toEqual([undefined, false, false]);
});

test('a second one that vanishes changes nothing about why', () => {
  const { rollout, events, load } = follow();
  load('db1');
  load('db2');
  rollout.finish(host('db1'), vanished);
  const first = rollout.stopped();
  rollout.finish(host('db2'), vanished);
  expect(rollout.stopped()).toBe(first);
  expect(events.filter(event => event.kind === 'rollout-stopped')).toHaveLength(1);
});
