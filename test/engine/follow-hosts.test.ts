import { expect, test } from 'vitest';
import { followHosts } from '../../src/engine/follow-hosts.ts';
import type { EventBody, RunEvents } from '../../src/model/event.ts';
import type { HostName } from '../../src/model/ids.ts';

const [db1, db2, web1] = ['db1', 'db2', 'web1'] as HostName[] as [HostName, HostName, HostName];

test('of a run that is cut short every host without an outcome gets one, in its play', () => {
  const seen: unknown[] = [];
  const sink = (play: number | 'run') => ({
    emit: (event: EventBody) => void seen.push([play, event.kind, 'host' in event ? event.host : '']),
    congestion: () => undefined,
  });
  const events: RunEvents = { ...sink('run'), forPlay: index => sink(index) };
  const followed = followHosts(events);
  const start = (hosts: readonly HostName[]) =>
    ({ kind: 'play-started', play: 'a', hosts, buildHosts: [] }) satisfies EventBody;
  followed.events.forPlay(0).emit(start([db1, db2]));
  followed.events.forPlay(1).emit(start([web1]));
  followed.events.forPlay(0).emit({ kind: 'host-finished', host: db1, outcome: { kind: 'ok' } });
  const outcome = { kind: 'not-started', reason: 'interrupted' } as const;
  expect(followed.conclude(outcome)).toEqual([new Map([[db2, outcome]]), new Map([[web1, outcome]])]);
  expect(seen.slice(3)).toEqual([
    [0, 'host-finished', db2],
    [1, 'host-finished', web1],
  ]);
});
