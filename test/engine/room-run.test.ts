import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { type ApplyWishes, type EngineRig, startEngine } from './engine-rig.ts';

/** Runs with more hosts than connections may be open. One of them is the build host's. */
const names = Array.from({ length: 30 }, (_, index) => `db${String(index).padStart(2, '0')}`);
const inventory = `[build_hosts]\nbuilder\n\n[db]\n${names.join('\n')}\n`;
const plain = "- hosts: db\n  scripts: [{ name: io, inline: 'probe begin {}', duration: 5s }]\n";

/** Nobody is late, however slow this machine is. */
const patience = { unknownMs: 600_000, leastMs: 600_000, probeMs: 600_000 };
const apply = async (rig: EngineRig, wishes: ApplyWishes, playbook = plain) =>
  rig.apply(await rig.open(await rig.write('io.yml', playbook)), { patience, ...wishes });

const notices = (events: readonly Event[]) =>
  events.flatMap(event => (event.kind === 'notice' && event.text.includes('open files') ? [event] : []));
const connections = ({ host }: EngineRig) => names.reduce((sum, name) => sum + host(name).connections, 0);
const ok = names.map(name => `1 ${name} ok`);

test.each([
  ['more forks than room', 50, 6],
  ['as many forks as room', 6, 6],
  ['less forks than room', 4, 20],
  ['room for one', 10, 1],
])('%s: all hosts run, and never more connections are open', async (_, forks, room) => {
  await using rig = await startEngine(inventory, { room });
  const running = { now: 0, most: 0 };
  const ends = async () => {
    running.now++;
    running.most = Math.max(running.most, running.now);
    for (let turns = 0; turns < 5; turns++) await turn();
    running.now--;
    return { kind: 'ok' } as const;
  };
  const { outcomes } = await apply(rig, { forks, ends });
  expect(outcomes.toSorted()).toEqual(ok);
  expect(rig.openConnections.most).toBe(room);
  expect(running.most).toBe(Math.min(forks, room));
  expect(rig.openConnections.now).toBe(0);
});

test('with room for all of them each is connected to once, and nothing is said', async () => {
  await using rig = await startEngine(inventory, { room: 31 });
  const { outcomes, events } = await apply(rig, { forks: 50 });
  expect(outcomes.toSorted()).toEqual(ok);
  expect([connections(rig), notices(events)]).toEqual([30, []]);
});

test('those are closed first whose turn is farthest: few are connected to twice', async () => {
  await using rig = await startEngine(inventory, { room: 21 });
  await apply(rig, { forks: 1 });
  // Nine or ten have to be, as 21 with the build host's is ten less than all.
  expect(connections(rig)).toBeLessThanOrEqual(30 + 11);
});

describe('it is told', () => {
  test('that fewer hosts have their turns than --forks says', async () => {
    await using rig = await startEngine(inventory, { room: 6 });
    const { events } = await apply(rig, { forks: 50 });
    expect(notices(events).map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
      'warning: limit of 100 open files: at most 6 hosts at a time, whatever --forks says (50); raise its hard limit: LimitNOFILE= of a systemd unit, /etc/security/limits.conf, or as root ulimit -n',
    ]);
  });

  test('once for all plays, and by a saved plan too', async () => {
    await using rig = await startEngine(inventory, { room: 6 });
    const two = await rig.write('two.yml', `${plain}${plain.replace('name: io', 'name: net')}`);
    const { events } = await rig.apply(await rig.open(two), { forks: 50, patience });
    expect(notices(events)).toHaveLength(1);
    const saved = await rig.apply(await rig.open(await rig.save(two)), { forks: 50, patience });
    expect(notices(saved.events)).toHaveLength(1);
    expect(saved.result.hosts.ok).toBe(names.length);
  });

  test('that connections are made again', async () => {
    await using rig = await startEngine(inventory, { room: 20 });
    const { events } = await apply(rig, { forks: 5 });
    expect(notices(events).map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
      'info: limit of 100 open files: at most 20 hosts at a time of 30 stay connected; the others are connected to again in their turn',
    ]);
  });
});

test('who is gone when its turn comes is unreachable for that, and no other host is', async () => {
  await using rig = await startEngine(inventory, { room: 5 });
  const on = ({ kind }: Event): void => {
    if (kind === 'play-planned') rig.host('db00').down = true;
  };
  const { outcomes, events } = await apply(rig, { forks: 2, on });
  expect(outcomes.toSorted()).toEqual(['1 db00 unreachable at connect', ...ok.slice(1)]);
  const [failed] = events.flatMap(event => (event.kind === 'host-finished' && event.host === 'db00' ? [event] : []));
  expect(failed?.outcome).toMatchObject({ failure: { cause: 'connection refused by db00' } });
});

test('its retries are for that, too', async () => {
  await using rig = await startEngine(inventory, { room: 5 });
  const playbook = plain.replace('scripts', 'retries: 1\n  delay: 0s\n  scripts');
  const on = (event: Event): void => {
    if (event.kind === 'play-planned') rig.host('db00').down = true;
    if (event.kind === 'host-retry') rig.host('db00').down = false;
  };
  const { outcomes } = await apply(rig, { forks: 2, on }, playbook);
  expect(outcomes.toSorted()).toEqual(ok);
});

test('another server than the one that was probed is none to run on', async () => {
  await using rig = await startEngine(inventory, { room: 5 });
  for (const name of names) rig.host(name).hostKey = `ssh-ed25519 SHA256:${name}`;
  const on = ({ kind }: Event): void => {
    if (kind === 'play-planned') rig.host('db00').hostKey = 'ssh-ed25519 SHA256:other';
  };
  const { outcomes, events } = await apply(rig, { forks: 2, on });
  expect(outcomes.toSorted()).toEqual(['1 db00 unreachable at connect', ...ok.slice(1)]);
  const [failed] = events.flatMap(event => (event.kind === 'host-finished' && event.host === 'db00' ? [event] : []));
  expect(failed?.outcome).toMatchObject({
    failure: {
      cause:
        'it shows another host key than when it was probed: ssh-ed25519 SHA256:other, and before ssh-ed25519 SHA256:db00',
    },
  });
});

test('a stop while hosts wait for room ends the wait', async () => {
  await using rig = await startEngine(inventory, { room: 2 });
  const stop = new AbortController();
  const ends = async () => {
    stop.abort();
    return { kind: 'interrupted' } as const;
  };
  const { result } = await apply(rig, { ends, stop: stop.signal });
  expect(result.hosts.unreachable).toBe(0);
  expect(result.hosts.interrupted).toBeGreaterThan(0);
  expect(rig.openConnections.now).toBe(0);
});

test('of a host whose output cannot be kept it is said, and the run goes on', async () => {
  await using rig = await startEngine(inventory);
  const kept = async (name: string) => (name === 'db03' ? 'ENOSPC: no space left on device' : undefined);
  const { outcomes, events } = await apply(rig, { kept });
  expect(outcomes.toSorted()).toEqual(ok.map(one => (one === '1 db03 ok' ? '1 db03 degraded' : one)));
  const [lost] = events.flatMap(event => (event.kind === 'host-finished' && event.host === 'db03' ? [event] : []));
  expect(lost?.outcome).toEqual({
    kind: 'degraded',
    notes: ['some of its output could not be kept: ENOSPC: no space left on device'],
  });
});
