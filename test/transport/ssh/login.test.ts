import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeKey } from '../../support/make-key.ts';
import { change, closeAll, connect, failureOf, server, shown, sshd } from './rig.ts';

afterEach(closeAll);

describe('a login', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('is let in with a key of type %s', async type => {
    // Signatures with SHA-1 are no more in its list.
    const { host, directory } = await sshd({ config: ['PubkeyAcceptedAlgorithms -ssh-rsa'] });
    await makeKey(join(directory, type), type);
    await writeFile(join(directory, 'authorized_keys'), await readFile(join(directory, `${type}.pub`)));
    await connect(change(host, { privateKeyFile: join(directory, type) }));
  });

  it('is refused for a key that is not authorised', async () => {
    const { host, port, directory, user } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    const failure = await failureOf(change(host, { privateKeyFile: join(directory, 'other') }));
    expect(shown(failure, { PORT: String(port), DIR: directory, USER: user })).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT refuses user USER (offered: key DIR/other; it takes: publickey)
      check ansible_user, and that the key is in ~USER/.ssh/authorized_keys there"
    `);
  });

  it('is refused for a user who is not there', async () => {
    const { host, directory, port } = await sshd();
    expect(
      shown(await failureOf(change(host, { user: 'nobody-here' })), { PORT: String(port), DIR: directory }),
    ).toMatchInlineSnapshot(`
      "authentication
      127.0.0.1:PORT refuses user nobody-here (offered: key DIR/user_key; it takes: publickey)
      check ansible_user, and that the key is in ~nobody-here/.ssh/authorized_keys there"
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
    const { host, port } = await server({});
    vi.stubEnv('SSH_AUTH_SOCK', '');
    expect(
      shown(await failureOf(change(host, { privateKeyFile: undefined }), { home: '/nonexistent' }), {
        PORT: String(port),
      }),
    ).toMatchInlineSnapshot(`
      "authentication
      there is no key to log in with as ops at 127.0.0.1:PORT
      set ansible_ssh_private_key_file, or put a key into the agent: ssh-add"
    `);
  });

  it('has a key file that is not there, is locked, is public or is none', async () => {
    const { host, directory } = await sshd();
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await makeKey(join(directory, 'locked'), 'ed25519', 'secret');
    await writeFile(join(directory, 'junk'), 'no key\n');
    const failures: string[] = [];
    for (const name of ['absent', 'locked', 'user_key.pub', 'junk']) {
      failures.push(
        shown(await failureOf(change(host, { privateKeyFile: join(directory, name) })), { DIR: directory }),
      );
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "key-unreadable
      there is no private key DIR/absent
      check ansible_ssh_private_key_file

      key-unreadable
      the private key DIR/locked has a passphrase, and the agent does not hold it
      ssh-add DIR/locked, or --ask to be asked for it

      key-unreadable
      DIR/user_key.pub is a public key, and the agent does not hold its private half
      name the private one in ansible_ssh_private_key_file, or ssh-add it

      key-unreadable
      DIR/junk is no private key that can be used: Unsupported key format
      ssh-keygen -t ed25519"
    `);
  });
});
