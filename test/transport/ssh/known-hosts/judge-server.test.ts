import { execFileSync } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeKey } from '../../../support/make-key.ts';
import { change, closeAll, connect, failureOf, server, shown, sshd } from '../rig.ts';

afterEach(closeAll);

describe('a host key', () => {
  it('that is not known is refused, with its fingerprint and the command that adds it', async () => {
    const { host, port, directory } = await sshd();
    const empty = join(directory, 'empty');
    await writeFile(empty, '');
    const failure = await failureOf(change(host, { knownHostsFile: empty }));
    expect(shown(failure, { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-unknown
      the host key of [127.0.0.1]:PORT is not known: ssh-ed25519 SHA256:…
      if that is its fingerprint: tapbook trust db1"
    `);
    const printed = execFileSync('ssh-keygen', ['-lf', join(directory, 'host_ed25519.pub')], { encoding: 'utf8' });
    expect(failure.cause).toContain(printed.split(' ')[1]);
  });

  it('that has changed is refused, with both fingerprints and the line of the old one', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    const other = await readFile(join(directory, 'other.pub'), 'utf8');
    await writeFile(knownHostsFile, `# old\n[127.0.0.1]:${port} ${other}`);
    const failure = await failureOf(host);
    expect(shown(failure, { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-changed
      the host key of [127.0.0.1]:PORT has changed: known is ssh-ed25519 SHA256:… (DIR/known_hosts:2), shown was ssh-ed25519 SHA256:…
      find out why; if it is right: ssh-keygen -f DIR/known_hosts -R '[127.0.0.1]:PORT' && tapbook trust db1"
    `);
    expect(new Set(failure.cause.match(/SHA256:\S{43}/g)).size).toBe(2);
    // The first half of the cure takes away what the second one, a command of ours, would not replace.
    const mend = failure.cure?.replace(/^.*?: (.*) && .*$/, '$1') ?? '';
    execFileSync('sh', ['-c', mend], { stdio: 'ignore' });
    expect((await failureOf(host)).kind).toBe('host-key-unknown');
  });

  it('that is revoked is refused', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    const own = await readFile(join(directory, 'host_ed25519.pub'), 'utf8');
    await appendFile(knownHostsFile, `@revoked * ${own}`);
    expect(shown(await failureOf(host), { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-changed
      the host key of [127.0.0.1]:PORT is revoked in DIR/known_hosts:2: ssh-ed25519 SHA256:…
      do not connect; ask who revoked it"
    `);
  });

  it('that only an authority vouches for is left to ssh', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    const own = await readFile(join(directory, 'host_ed25519.pub'), 'utf8');
    await writeFile(knownHostsFile, `@cert-authority * ${own}`);
    expect(shown(await failureOf(host), { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "needs-openssh
      [127.0.0.1]:PORT is known by a certificate authority (DIR/known_hosts:1)"
    `);
  });

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('of type %s is asked for if that is the known one', async type => {
    const { host, port, directory, knownHostsFile } = await sshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
    const own = await readFile(join(directory, `host_${type}.pub`), 'utf8');
    await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${own}`);
    await connect(host);
  });

  it('is refused if no file can be read', async () => {
    const { host } = await server({});
    expect((await failureOf(change(host, { knownHostsFile: '/nonexistent/known_hosts' }))).kind).toBe(
      'host-key-unknown',
    );
  });
});
