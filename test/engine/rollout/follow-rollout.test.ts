import { expect, test } from 'vitest';
import { followRollout } from '../../../src/engine/rollout/follow-rollout.ts';
import { trackLoads } from '../../../src/engine/rollout/track-loads.ts';
import type { EventBody, ScriptEnd } from '../../../src/model/event.ts';
import type { HostName, ModuleName } from '../../../src/model/ids.ts';
import { makePlan, ready } from '../../plan/rig.ts';

const io = 'io' as ModuleName;
const host = (name: string): HostName => name as HostName;
const cause = 'it vanished 3 s after the load of io and does not answer';
const unreachable = { kind: 'unreachable', failure: { stage: 'load', cause } } as const;
const vanished = { ...unreachable, vanishedAfterLoad: true } as const;

function follow() {
  const events: EventBody[] = [];
  const log = trackLoads({ emit: event => events.push(event), congestion: () => undefined });
  const plan = makePlan({ targets: ['db1', 'db2', 'db3', 'db4'].map(name => ready(name)) });
  const rollout = followRollout(plan, log);
  rollout.beginBatch(0);
  return {
    rollout,
    events,
    load: (name: string) => {
      rollout.begin(host(name));
      log.emit({ kind: 'script-started', host: host(name), module: io });
    },
    end: (name: string, end: ScriptEnd) => {
      const left = { module: end.kind === 'lost' ? 'unknown' : 'none', directory: 'unknown' } as const;
      log.emit({ kind: 'script-finished', host: host(name), module: io, end, seconds: 3, left });
    },
  };
}

test('a canary that vanishes after its load stops all, whatever may fail', () => {
  const { rollout, events, load, end } = follow();
  load('db1');
  end('db1', { kind: 'lost', cause: 'gone' });
  rollout.finish(host('db1'), vanished);
  expect(rollout.stopped()).toBe(`db1: ${cause}; no other host was touched`);
  expect([rollout.closed.aborted, rollout.halt.aborted]).toEqual([true, true]);
  expect(events.slice(-2).map(event => event.kind)).toEqual(['rollout-stopped', 'host-finished']);
});

test('who runs meanwhile is stopped, and who has run is named', () => {
  const { rollout, load, end } = follow();
  for (const name of ['db1', 'db2', 'db3']) load(name);
  end('db1', { kind: 'exited' });
  rollout.finish(host('db1'), { kind: 'ok' });
  end('db3', { kind: 'lost', cause: 'gone' });
  rollout.finish(host('db3'), vanished);
  expect(rollout.stopped()).toBe(`db3: ${cause}; stopped on db2 as well; db1 had a module loaded before`);
});

test('while it is not known what became of a lost host, nobody begins', async () => {
  const { rollout, load, end } = follow();
  load('db1');
  end('db1', { kind: 'lost', cause: 'gone' });
  const order: string[] = [];
  const cleared = rollout.waitForClearance().then(() => order.push(`cleared: ${rollout.stopped()}`));
  await new Promise(setImmediate);
  order.push('still unknown');
  rollout.finish(host('db1'), vanished);
  await cleared;
  expect(order).toEqual(['still unknown', `cleared: db1: ${cause}; no other host was touched`]);
});

test('a host that is only unreachable stops nobody', async () => {
  const { rollout, load, end } = follow();
  load('db1');
  end('db1', { kind: 'lost', cause: 'gone' });
  rollout.finish(host('db1'), unreachable);
  await rollout.waitForClearance();
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
