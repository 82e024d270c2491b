import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { createDescriptorBudget } from '../../src/process/descriptor-budget.ts';
import { adapters } from '../../src/transport/adapters.ts';
import { chooseSshClient } from '../../src/transport/either-ssh-transport.ts';
import type { Connection, Transport } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';

let sshd: LoopbackSshd;
beforeAll(async () => {
  sshd = await startLoopbackSshd();
});
afterAll(() => sshd[Symbol.asyncDispose]());

function sshHost(changes: object): Host {
  return { ...sshd.host, connection: { ...sshd.host.connection, ...changes } } as Host;
}

const openNow = (): number => readdirSync('/proc/self/fd').length;

async function connect(transport: Transport, host: Host, options = connectOptions()): Promise<Connection> {
  const connected = await transport.connect(host, options);
  if (!connected.ok) throw new Error(connected.error.cause);
  return connected.value;
}

describe.each([
  ['ssh2', {}, 1],
  ['the system’s ssh', { client: 'openssh' }, 4],
])('a connection by %s', (_, changes, count) => {
  test('has as many descriptors as it says', async () => {
    const transport = adapters.ssh({});
    const host = sshHost(changes);
    // Programs and files that are read only once are not of the connection.
    await (await connect(transport, host))[Symbol.asyncDispose]();
    const before = openNow();
    await using connection = await connect(transport, host);
    await expect.poll(openNow).toBe(before + count);
    expect([connection.descriptors, transport.descriptorsFor?.(host)]).toEqual([count, count]);
  });

  test('waits until there is room, however long its limit is, and gives it back when it is closed', async () => {
    const transport = adapters.ssh({ descriptors: createDescriptorBudget({ room: count }) });
    const first = await connect(transport, sshHost(changes));
    let isThere = false;
    const second = connect(transport, sshHost(changes)).then(connection => {
      isThere = true;
      return connection;
    });
    await turn();
    expect(isThere).toBe(false);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
  });

  test('gives it back when it cannot be made', async () => {
    const budget = createDescriptorBudget({ room: count });
    const transport = adapters.ssh({ descriptors: budget });
    const failed = await transport.connect(sshHost({ ...changes, port: 1 }), connectOptions());
    expect(failed.ok).toBe(false);
    await (await connect(transport, sshHost(changes)))[Symbol.asyncDispose]();
  });

  test('is made at once where it must not wait', async () => {
    const transport = adapters.ssh({ descriptors: createDescriptorBudget({ room: count }) });
    await using _first = await connect(transport, sshHost(changes));
    await using second = await connect(transport, sshHost(changes), { ...connectOptions(), room: 'not-waited-for' });
    expect(second.descriptors).toBe(count);
  });
});

test('a host that is left to the system’s ssh is known to need its descriptors', async () => {
  const none: Transport = {
    connect: async () => ({ ok: false, error: { kind: 'needs-openssh', cause: 'for a reason' } }),
    descriptorsFor: () => 1,
  };
  const transport = chooseSshClient({ ssh2: none, openssh: { ...none, descriptorsFor: () => 4 } });
  expect(transport.descriptorsFor?.(sshd.host)).toBe(1);
  await transport.connect(sshd.host, connectOptions());
  expect(transport.descriptorsFor?.(sshd.host)).toBe(4);
});

test('commands on this machine count while they run, and do not wait', async () => {
  const budget = createDescriptorBudget({ room: 3 });
  const host: Host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } };
  await using connection = await connect(adapters.local({ descriptors: budget }), host);
  const { signal } = new AbortController();
  const started = await connection.exec(['cat'], { signal, as: 'login-user' });
  if (!started.ok) throw new Error(started.error.cause);
  let isGranted = false;
  const waiting = budget.claim(1, signal).then(() => {
    isGranted = true;
  });
  await turn();
  expect(isGranted).toBe(false);
  started.value.stdin.end();
  for (const stream of [started.value.stdout, started.value.stderr]) for await (const _ of stream);
  await waiting;
});
