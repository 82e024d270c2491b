import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Become, Host, SshConnection } from '../../src/model/host.ts';
import { Secret } from '../../src/model/secret.ts';
import { adapters } from '../../src/transport/adapters.ts';
import { runCommand } from '../../src/transport/run-command.ts';
import { connectOptions } from '../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeKey } from '../support/make-key.ts';

let sshd: LoopbackSshd;
let become: Become;
let heard = '';
beforeEach(async () => {
  sshd = await startLoopbackSshd();
  heard = join(sshd.directory, 'heard');
  // A sudo as who took the host's place would have it: it asks, and keeps what it is told.
  const sudo = join(sshd.directory, 'sudo');
  await writeFile(
    sudo,
    `#!/bin/bash
# Whatever it is told of asking or not.
prompt='[sudo] password for me: '
[ "$2" = -p ] && prompt=$3
[ "$2" = -c ] && prompt='Password: '
printf %s "$prompt" >&2
read -r -t 20 word
echo "$word" >"${heard}"
exit 1
`,
  );
  await chmod(sudo, 0o755);
  await writeFile(heard, '');
  become = { method: 'sudo', user: 'root', program: sudo, password: new Secret('hunter2') };
});
afterEach(() => sshd[Symbol.asyncDispose]());

function hostFor(client: 'any' | 'openssh', more: Partial<SshConnection>): Host {
  const { connection } = sshd.host;
  if (connection.kind !== 'ssh') throw new Error('the loopback server is reached by SSH');
  return { ...sshd.host, connection: { ...connection, client, become, hostKeyChecking: false, ...more } };
}

async function runAsRoot(host: Host): Promise<string> {
  const connected = await adapters.ssh({}).connect(host, connectOptions());
  if (!connected.ok) throw new Error(connected.error.cause);
  await using connection = connected.value;
  const { signal } = new AbortController();
  const ran = await runCommand(connection, ['true'], {
    signal,
    as: 'become-user',
    limitMs: 60_000,
    maxOutputBytes: 4096,
  });
  return ran.ok ? 'ran' : ran.error.cause;
}

describe.each([
  ['any', 'sudo'],
  ['openssh', 'sudo'],
  ['any', 'su'],
] as const)('by the client %s, with %s', (client, method) => {
  beforeEach(() => {
    become = { ...become, method };
  });

  it('it is answered by who has the known key', async () => {
    expect(await runAsRoot(hostFor(client, {}))).toMatch(/ended without a word$/);
    expect(await readFile(heard, 'utf8')).toBe('hunter2\n');
  });

  it('it is not answered by a host whose key has changed, and that is said', async () => {
    await makeKey(join(sshd.directory, 'other'), 'ed25519');
    const knownHostsFile = join(sshd.directory, 'changed');
    const key = await readFile(join(sshd.directory, 'other.pub'), 'utf8');
    await writeFile(knownHostsFile, `[127.0.0.1]:${sshd.port} ${key}`);
    expect(await runAsRoot(hostFor(client, { knownHostsFile }))).toMatch(
      /^cannot become root: \S+ asks for a password, which is not sent, since the host key has changed$/,
    );
    expect(await readFile(heard, 'utf8')).not.toContain('hunter2');
  });
});
