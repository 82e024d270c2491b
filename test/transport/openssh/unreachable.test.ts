import { execFileSync } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/model/host.ts';
import { createOpensshTransport } from '../../../src/transport/openssh/openssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import type { LoopbackSshd } from '../../support/loopback-sshd.ts';
import { makeKey } from '../../support/make-key.ts';
import { sshHost } from '../../support/ssh-host.ts';
import { change, closeAll, connect, failureOf, portOf, server, shown, sshd } from './rig.ts';

afterEach(closeAll);

describe('a host that cannot be reached', () => {
  it('has a name that is not known', async () => {
    expect(shown(await failureOf(sshHost({ address: 'db1.invalid' })))).toMatchInlineSnapshot(`
      "name-not-found
      the name db1.invalid cannot be resolved
      set ansible_host to an address, or mend DNS"
    `);
  });

  it('refuses connections', async () => {
    expect(shown(await failureOf(sshHost({ port: 1 })))).toMatchInlineSnapshot(`
      "refused
      127.0.0.1:1 refuses connections
      is sshd running there, and is ansible_port right?"
    `);
  });

  it('has an address that would be an option', async () => {
    expect(shown(await failureOf(sshHost({ address: '-oProxyCommand=touch oops' })))).toMatchInlineSnapshot(`
      "protocol
      ssh does not understand what it was given: hostname contains invalid characters
      check ssh_config, ansible_host, ansible_port and ansible_ssh_args"
    `);
  });

  it('does not say a word', async () => {
    const { host, port, idle } = await server({ onSocket: () => 'silent' });
    expect(shown(await failureOf(host, 300), { PORT: String(port) })).toMatchInlineSnapshot(`
      "timed-out
      127.0.0.1:PORT did not answer within 0.3 s (SSH handshake)
      is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m"
    `);
    await idle();
  });

  it('hangs in authentication', async () => {
    const { host, port, idle } = await server({ onAuthentication: () => undefined });
    expect(shown(await failureOf(host, 2_000), { PORT: String(port) })).toMatchInlineSnapshot(`
      "timed-out
      127.0.0.1:PORT did not answer within 2 s (authentication)
      sshd may wait for DNS, PAM or a directory; see its log, or try --connect-timeout 1m"
    `);
    await idle();
  });

  it('hangs up before the handshake, again and again', async () => {
    const { host, port, connections } = await server({ onSocket: () => 'hang-up' });
    expect(shown(await failureOf(host), { PORT: String(port) })).toMatchInlineSnapshot(`
      "dropped
      127.0.0.1:PORT closed the connection before the SSH handshake
      sshd may be full (MaxStartups), or have banned this address"
    `);
    expect(connections()).toBe(4);
  });

  it('is no SSH server', async () => {
    const { host, connections } = await server({
      onSocket: () => ({ say: 'HTTP/1.1 400 Bad\x1b[31m Request\r\n\r\n' }),
    });
    expect(shown(await failureOf(host), { PORT: portOf(host) })).toMatchInlineSnapshot(`
      "protocol
      127.0.0.1:PORT is no SSH server: it says "HTTP/1.1 400 Bad?[31m Request"
      is ansible_port that of an SSH server?"
    `);
    expect(connections()).toBe(1);
  });

  it('says why it takes nobody now, and is tried again', async () => {
    const { host, connections } = await server({ onSocket: () => ({ say: 'Exceeded MaxStartups\r\n' }) });
    expect(shown(await failureOf(host), { PORT: portOf(host) })).toMatchInlineSnapshot(`
      "dropped
      127.0.0.1:PORT closed the connection before the SSH handshake (Exceeded MaxStartups)
      sshd may be full (MaxStartups), or have banned this address"
    `);
    expect(connections()).toBe(4);
  });

  it('speaks only what is not wanted here', async () => {
    const { host, port } = await sshd({ config: ['KexAlgorithms curve25519-sha256'] });
    const args = { words: ['-o', 'KexAlgorithms=ecdh-sha2-nistp256'], options: [] };
    const failure = await failureOf(change(host, { args }));
    expect(shown(failure, { PORT: String(port) })).toMatchInlineSnapshot(`
      "protocol
      127.0.0.1:PORT has no algorithm in common with us: no matching key exchange method found. Their offer: curve25519-sha256,kex-strict-s-v00@openssh.com
      its sshd is too old, or set up too strictly: see Ciphers, KexAlgorithms and HostKeyAlgorithms there"
    `);
  });
});

describe('a program or setting of ours', () => {
  it('that is not there', async () => {
    const connected = await createOpensshTransport({ program: '/nonexistent/ssh' }).connect(
      sshHost({}),
      connectOptions(),
    );
    expect(connected.ok ? '' : shown(connected.error)).toMatchInlineSnapshot(`
      "protocol
      /nonexistent/ssh is not installed here
      install the OpenSSH client, or connect without it: ansible_connection: ssh"
    `);
  });

  it('that ssh does not know', async () => {
    const wrong = sshHost({ args: { words: ['-o', 'Foo=bar'], options: [] } });
    expect(shown(await failureOf(wrong))).toMatchInlineSnapshot(`
      "protocol
      ssh does not understand what it was given: command-line: line 0: Bad configuration option: foo
      check ssh_config, ansible_host, ansible_port and ansible_ssh_args"
    `);
  });

  it('that a file of ssh_config has wrong', async () => {
    const { directory } = await sshd();
    const file = join(directory, 'config');
    const failures: string[] = [];
    for (const text of ['Hots db1', 'StrictHostKeyChecking maybe']) {
      await writeFile(file, text);
      failures.push(shown(await failureOf(configured(file)), { DIR: directory }));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "protocol
      ssh does not understand what it was given: DIR/config: line 1: Bad configuration option: hots
      check ssh_config, ansible_host, ansible_port and ansible_ssh_args

      protocol
      ssh does not understand what it was given: DIR/config line 1: unsupported option "maybe"
      check ssh_config, ansible_host, ansible_port and ansible_ssh_args"
    `);
  });
});

describe('a way there through another program', () => {
  it('that fails says what it says', async () => {
    const { directory } = await sshd();
    const file = join(directory, 'config');
    const failures: string[] = [];
    for (const way of [
      'ProxyCommand sh -c "echo no tunnel today >&2; exit 1"',
      'ProxyCommand false',
      'ProxyJump 127.0.0.1:1',
      'ProxyJump db9.invalid',
    ]) {
      await writeFile(file, `Host db1\n  ${way}\n`);
      failures.push(shown(await failureOf(configured(file))));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "protocol
      the way to db1:22 failed: no tunnel today
      check ProxyCommand and ProxyJump; try: ssh -v db1

      protocol
      the way to db1:22 failed: ProxyCommand ended without a word
      check ProxyCommand and ProxyJump; try: ssh -v db1

      refused
      the way to db1:22 failed: 127.0.0.1:1 refuses connections
      is sshd running there, and is its Port in ssh_config right?

      name-not-found
      the way to db1:22 failed: the name db9.invalid cannot be resolved
      set its HostName in ssh_config to an address, or mend DNS"
    `);
  });

  it('that is a jump host whose key is not known, or which does not take us, says so of that one', async () => {
    const { host, port, directory, knownHostsFile, privateKeyFile, user } = await sshd();
    const file = join(directory, 'config');
    const jump = [`Host db1`, `  ProxyJump bastion`, `Host bastion`, `  HostName 127.0.0.1`, `  Port ${port}`];
    const known = [`  UserKnownHostsFile ${knownHostsFile}`];
    const failures: string[] = [];
    for (const lines of [
      [...jump, '  UserKnownHostsFile /dev/null'],
      [...jump, ...known, '  IdentityFile none'],
      [...jump, ...known, `  IdentityFile ${privateKeyFile}`],
    ]) {
      await writeFile(file, lines.join('\n'));
      const db1 = change(configured(file), { port: 1 });
      failures.push(shown(await failureOf(db1), { PORT: portOf(host), USER: user }));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "host-key-unknown
      the way to db1:1 failed: the host key of [127.0.0.1]:PORT is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: ssh-keyscan -p PORT 127.0.0.1 >> ~/.ssh/known_hosts

      authentication
      the way to db1:1 failed: there is no key to log in with as USER at 127.0.0.1:PORT
      set its IdentityFile in ssh_config, or put a key into the agent: ssh-add

      name-not-found
      the jump host cannot reach db1:1: Name or service not known
      try it from there; is AllowTcpForwarding on in its sshd_config?"
    `);
  });
});

describe('a host key that is not known, on the way', () => {
  it('comes with the command that adds it, run where that server is reached from', async () => {
    const [first, second, target] = await Promise.all([sshd(), sshd(), sshd()]);
    const file = join(target.directory, 'config');
    const empty = join(target.directory, 'empty');
    await writeFile(empty, '');
    const section = (name: string, one: LoopbackSshd, known: string, more = ''): string =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${one.port}\n  IdentityFile ${one.privateKeyFile}\n  UserKnownHostsFile ${known}\n${more}`;
    const write = (of: { readonly first: string; readonly second: string }): Promise<void> =>
      writeFile(
        file,
        section('first', first, of.first) +
          section('second', second, of.second, '  ProxyJump first\n') +
          section('db1', target, empty, '  ProxyJump second\n'),
      );
    const failures: string[] = [];
    const { knownHostsFile } = first;
    for (const known of [
      { first: empty, second: empty },
      { first: knownHostsFile, second: empty },
      { first: knownHostsFile, second: second.knownHostsFile },
    ]) {
      await write(known);
      const failure = await failureOf(change(configured(file), { knownHostsFile: empty }));
      const ports = { FIRST: String(first.port), SECOND: String(second.port), TARGET: String(target.port) };
      failures.push(shown(failure, { ...ports, DIR: target.directory, USER: first.user }));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "host-key-unknown
      the way to db1:22 failed: the host key of [127.0.0.1]:FIRST is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: ssh-keyscan -p FIRST 127.0.0.1 >> ~/.ssh/known_hosts

      host-key-unknown
      the way to db1:22 failed: the host key of [127.0.0.1]:SECOND is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: ssh -p FIRST USER@127.0.0.1 ssh-keyscan -p SECOND 127.0.0.1 >> ~/.ssh/known_hosts

      host-key-unknown
      the host key of [127.0.0.1]:TARGET is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: ssh -p SECOND USER@127.0.0.1 ssh-keyscan -p TARGET 127.0.0.1 >> DIR/empty"
    `);
  });
});

function configured(file: string): Host {
  return sshHost({ address: 'db1', args: { words: ['-F', file], options: [] } });
}

describe('a host key', () => {
  it('that is not known is refused, with its fingerprint and the command that adds it', async () => {
    const { host, port, directory } = await sshd();
    const empty = join(directory, 'empty');
    await writeFile(empty, '');
    const failure = await failureOf(change(host, { knownHostsFile: empty }));
    expect(shown(failure, { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-unknown
      the host key of [127.0.0.1]:PORT is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: ssh-keyscan -p PORT 127.0.0.1 >> DIR/empty"
    `);
    const printed = execFileSync('ssh-keygen', ['-lf', join(directory, 'host_ed25519.pub')], { encoding: 'utf8' });
    expect(failure.cause).toContain(printed.split(' ')[1]);
    // The cure cures.
    execFileSync('sh', ['-c', failure.cure?.replace(/^.*: /, '') ?? ''], { stdio: 'ignore' });
    await connect(change(host, { knownHostsFile: empty }));
  });

  it('that has changed is refused, with the line of the old one', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    const other = await readFile(join(directory, 'other.pub'), 'utf8');
    await writeFile(knownHostsFile, `# old\n[127.0.0.1]:${port} ${other}`);
    const failure = await failureOf(host);
    expect(shown(failure, { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-changed
      the host key of [127.0.0.1]:PORT has changed: known is another ED25519 key (DIR/known_hosts:2), shown was ssh-ed25519 SHA256:…
      find out why; if it is right: ssh-keygen -f DIR/known_hosts -R '[127.0.0.1]:PORT' && ssh-keyscan -p PORT 127.0.0.1 >> DIR/known_hosts"
    `);
    execFileSync('sh', ['-c', failure.cure?.replace(/^.*?: /, '') ?? ''], { stdio: 'ignore' });
    await connect(host);
  });

  it('that is revoked is refused', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    const own = await readFile(join(directory, 'host_ed25519.pub'), 'utf8');
    await appendFile(knownHostsFile, `@revoked * ${own}`);
    expect(shown(await failureOf(host), { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-changed
      the host key of [127.0.0.1]:PORT is revoked in known_hosts: ssh-ed25519 SHA256:…
      do not connect; ask who revoked it"
    `);
  });

  it('is taken as it is where the inventory wants that', async () => {
    const { host, directory } = await sshd();
    const unchecked = change(host, { knownHostsFile: join(directory, 'new'), hostKeyChecking: false });
    await connect(unchecked);
  });

  it('is checked where the inventory wants that, whatever ssh_config says', async () => {
    const { host, directory } = await sshd();
    const args = { words: ['-F', join(directory, 'config')], options: [] };
    await writeFile(join(directory, 'config'), 'StrictHostKeyChecking no\n');
    const checked = change(host, { knownHostsFile: '/dev/null', hostKeyChecking: true, args });
    expect((await failureOf(checked)).kind).toBe('host-key-unknown');
  });
});
