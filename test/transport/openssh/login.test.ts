import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/model/host.ts';
import { Secret } from '../../../src/model/secret.ts';
import type { LoopbackSshd } from '../../support/loopback-sshd.ts';
import { makeKey } from '../../support/make-key.ts';
import type { Script } from '../../support/scripted-ssh-server.ts';
import { change, closeAll, connect, failureOf, output, server, shown, sshd } from './rig.ts';

afterEach(closeAll);

describe('a certificate', () => {
  it('of a user is taken', async () => {
    const { host } = await certified(['-V', '+1h']);
    expect(await output(await connect(host), ['echo', 'in'])).toBe('in\n');
  });

  it('of a user that has expired is refused, with the command that shows it', async () => {
    const { host, port, directory, user } = await certified(['-V', '20200101:20200102']);
    expect(shown(await failureOf(host), { PORT: port, DIR: directory, USER: user })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT refuses user USER (offered: key DIR/id, certificate DIR/id; it takes: publickey)
      is the certificate still valid, and for that user? ssh-keygen -L -f DIR/id-cert.pub"
    `);
  });

  it('of a host is taken if its authority is known', async () => {
    const { host, directory } = await withHostCertificate(['-V', '+1h', '-n', '127.0.0.1']);
    const known = await readFile(join(directory, 'known_hosts'), 'utf8');
    expect(known).toContain('@cert-authority');
    expect(await output(await connect(host), ['echo', 'in'])).toBe('in\n');
  });

  it('of a host that has expired is refused', async () => {
    const { host, port, directory } = await withHostCertificate(['-V', '20200101:20200102', '-n', '127.0.0.1']);
    expect(shown(await failureOf(host), { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "host-key-unknown
      the host certificate of 127.0.0.1:PORT is not valid: expired
      have a new one signed, or set HostKeyAlgorithms"
    `);
  });
});

describe('a login by key', () => {
  it('is refused for one that is not authorised', async () => {
    const { host, port, directory, user } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    const failure = await failureOf(change(host, { privateKeyFile: join(directory, 'other') }));
    expect(shown(failure, { PORT: String(port), DIR: directory, USER: user })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT refuses user USER (offered: key DIR/other; it takes: publickey)
      check ansible_user, and that the key is in ~USER/.ssh/authorized_keys there"
    `);
  });

  it('needs more than a key', async () => {
    const { host, port, user } = await sshd({
      config: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
    });
    expect(shown(await failureOf(host), { PORT: String(port), USER: user })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT wants more than a key from USER: password
      allow this user to log in with a key alone (AuthenticationMethods in sshd_config)"
    `);
  });

  it('is cut off by the server', async () => {
    const { host, port, directory } = await sshd({ config: ['MaxAuthTries 1'] });
    await makeKey(join(directory, 'other'), 'ed25519');
    const failure = await failureOf(change(host, { user: 'ops', privateKeyFile: join(directory, 'other') }));
    expect(shown(failure, { PORT: String(port), DIR: directory })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT ended the connection (Too many authentication failures) while ops was logging in (offered: key DIR/other)
      see sshd's log there; with many keys in the agent, name the right one in ansible_ssh_private_key_file"
    `);
  });

  it('has no key to offer', async () => {
    const { host, port, user } = await sshd();
    vi.stubEnv('SSH_AUTH_SOCK', '');
    const args = { words: ['-o', 'IdentityFile=none'], options: [] };
    const none = change(host, { privateKeyFile: undefined, args });
    expect(shown(await failureOf(none), { PORT: String(port), USER: user })).toMatchInlineSnapshot(`
      "authentication
      there is no key to log in with as USER at 127.0.0.1:PORT
      set ansible_ssh_private_key_file, or put a key into the agent: ssh-add"
    `);
  });

  it('has a key with a passphrase, and no agent', async () => {
    const { host, directory } = await sshd();
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await makeKey(join(directory, 'locked'), 'ed25519', 'secret');
    await writeFile(join(directory, 'authorized_keys'), await readFile(join(directory, 'locked.pub')));
    const failure = await failureOf(change(host, { privateKeyFile: join(directory, 'locked') }));
    expect(shown(failure, { DIR: directory })).toMatchInlineSnapshot(`
      "key-unreadable
      the private key DIR/locked has a passphrase, and the agent does not hold it
      ssh-add DIR/locked"
    `);
  });

  it('has a key file that is not there, is open to others or is none', async () => {
    const { host, directory } = await sshd();
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await writeFile(join(directory, 'junk'), 'no key\n', { mode: 0o600 });
    await writeFile(join(directory, 'open'), await readFile(join(directory, 'user_key')), { mode: 0o644 });
    const failures: string[] = [];
    for (const name of ['absent', 'open', 'junk']) {
      const failure = await failureOf(change(host, { privateKeyFile: join(directory, name) }));
      failures.push(shown(failure, { DIR: directory }));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "key-unreadable
      there is no private key DIR/absent
      check ansible_ssh_private_key_file

      key-unreadable
      the private key DIR/open can be read by others, so ssh does not use it
      chmod 600 DIR/open

      key-unreadable
      DIR/junk is no private key that can be used: error in libcrypto
      ssh-keygen -t ed25519"
    `);
  });
});

describe('a login by password', () => {
  const byPassword: Script = {
    onAuthentication: context => {
      if (context.method === 'password' && context.password === 'se same$\'"') context.accept();
      else context.reject(['password']);
    },
    onCommand: (_command, start) => {
      const channel = start();
      channel.end('in\n');
      channel.exit(0);
      channel.close();
    },
  };

  it('goes through, and leaves the password nowhere', async () => {
    const { host } = await server(byPassword);
    const connection = await connect(change(host, { password: new Secret('se same$\'"') }));
    const args = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(args).toContain('ControlMaster=yes');
    expect(args).not.toContain('se same');
    expect(await output(connection, ['true'])).toBe('in\n');
  });

  it('goes through where the server asks questions instead', async () => {
    const asked: string[] = [];
    const { host } = await server({
      ...byPassword,
      onAuthentication: context => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        return context.prompt([{ prompt: 'Password: ', echo: false }], answers => {
          asked.push(...answers);
          context.accept();
        });
      },
    });
    await connect(change(host, { password: new Secret('se same') }));
    expect(asked).toEqual(['se same']);
  });

  it('is refused, after one try', async () => {
    let tries = 0;
    const { host, port } = await server({
      onAuthentication: context => {
        if (context.method === 'password') tries++;
        context.reject(['password']);
      },
    });
    const failure = await failureOf(change(host, { password: new Secret('wrong'), privateKeyFile: undefined }));
    expect(shown(failure, { PORT: String(port) })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT refuses user ops (offered: the password; it takes: password)
      check ansible_user and ansible_password"
    `);
    expect(tries).toBe(1);
  });

  it('does not answer whether a host key is right', async () => {
    const { host } = await server(byPassword);
    const unknown = change(host, { password: new Secret('se same'), knownHostsFile: '/dev/null' });
    expect((await failureOf(unknown)).kind).toBe('host-key-unknown');
  });
});

interface Certified {
  readonly host: Host;
  readonly port: string;
  readonly directory: string;
  readonly user: string;
}

/** A user whose key is known only by a certificate. */
async function certified(options: readonly string[]): Promise<Certified> {
  const ca = await sshd();
  const path = (name: string): string => join(ca.directory, name);
  await makeKey(path('ca'), 'ed25519');
  await makeKey(path('id'), 'ed25519');
  execFileSync('ssh-keygen', ['-q', '-s', path('ca'), '-I', 'test', '-n', ca.user, ...options, path('id.pub')]);
  const { host, port, user } = await sshd({ config: [`TrustedUserCAKeys ${path('ca.pub')}`] });
  return { host: change(host, { privateKeyFile: path('id') }), port: String(port), directory: ca.directory, user };
}

async function withHostCertificate(options: readonly string[]): Promise<LoopbackSshd> {
  const ca = await sshd();
  const path = (name: string): string => join(ca.directory, name);
  await makeKey(path('ca'), 'ed25519');
  await makeKey(path('host_id'), 'ed25519');
  execFileSync('ssh-keygen', ['-q', '-s', path('ca'), '-I', 'test', '-h', ...options, path('host_id.pub')]);
  const started = await sshd({ config: [`HostKey ${path('host_id')}`, `HostCertificate ${path('host_id-cert.pub')}`] });
  await writeFile(started.knownHostsFile, `@cert-authority * ${await readFile(path('ca.pub'), 'utf8')}`);
  return started;
}
