import { expect, test } from 'vitest';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { err } from '../../src/model/result.ts';
import { chooseSshClient } from '../../src/transport/either-ssh-transport.ts';
import type { ConnectFailure, Transport } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';

const host = (name: string, client: 'any' | 'openssh'): Host => ({
  ...{ name: name as HostName, groups: [], vars: {} },
  connection: { kind: 'ssh', client, address: name },
});

/** A client that reaches nobody, and notes whom it was to reach. */
function failing(failure: ConnectFailure): Transport & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async connect({ name }) {
      asked.push(name);
      return err(failure);
    },
  };
}

const refused: ConnectFailure = { kind: 'refused', cause: 'nobody listens' };
const needsOpenssh: ConnectFailure = { kind: 'needs-openssh', cause: 'the agent holds a FIDO key' };

test('OpenSSH is asked where the inventory says so, ssh2 elsewhere', async () => {
  const clients = { ssh2: failing(refused), openssh: failing(refused) };
  const transport = chooseSshClient(clients);
  await transport.connect(host('a', 'openssh'), connectOptions());
  await transport.connect(host('b', 'any'), connectOptions());
  expect([clients.openssh.asked, clients.ssh2.asked]).toEqual([['a'], ['b']]);
});

test('what ssh2 cannot do is left to OpenSSH; that is said once, and is part of why it fails', async () => {
  const clients = { ssh2: failing(needsOpenssh), openssh: failing(refused) };
  const said: string[] = [];
  const transport = chooseSshClient(clients, text => said.push(text));
  for (const name of ['a', 'b']) {
    const connected = await transport.connect(host(name, 'any'), connectOptions());
    const cause = 'nobody listens (left to ssh: the agent holds a FIDO key)';
    expect(connected).toEqual({ ok: false, error: { kind: 'refused', cause } });
  }
  expect(clients.openssh.asked).toEqual(['a', 'b']);
  expect(said).toEqual(["a is reached by the system's ssh: the agent holds a FIDO key (others like it are not named)"]);
});

test('a host of another kind is a mistake of ours', async () => {
  const transport = chooseSshClient({ ssh2: failing(refused), openssh: failing(refused) });
  const local: Host = { ...host('a', 'any'), connection: { kind: 'local' } };
  await expect(transport.connect(local, connectOptions())).rejects.toThrow('a is not reached by SSH');
});
