import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSshArgs } from '../../../../src/inventory/resolve/read-ssh-args.ts';
import type { Host } from '../../../../src/model/host.ts';
import { optional } from '../../../../src/model/optional.ts';
import { Secret } from '../../../../src/model/secret.ts';
import type { Questions } from '../../../../src/transport/ssh/keys/questions.ts';
import { createSshTransport } from '../../../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../../../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../../../support/loopback-sshd.ts';
import { makeKey } from '../../../support/make-key.ts';

let sshd: LoopbackSshd;
let agent: { readonly socket: string; readonly stop: () => Promise<void> };
beforeAll(async () => {
  sshd = await startLoopbackSshd();
  agent = await startAgent(join(sshd.directory, 'agent'));
  await makeKey(join(sshd.directory, 'locked'), 'ed25519', 'secret');
  authorise('locked.pub');
});
afterAll(async () => {
  await agent.stop();
  await sshd[Symbol.asyncDispose]();
});
afterEach(() => {
  vi.unstubAllEnvs();
  execFileSync('ssh-add', ['-q', '-D'], { env: { SSH_AUTH_SOCK: agent.socket }, stdio: 'ignore' });
});

describe('a host whose inventory names a key', () => {
  it('is offered that one first, then those of the agent, as ssh does', async () => {
    await makeKey(join(sshd.directory, 'stranger'), 'ed25519');
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    const host = withKey(join(sshd.directory, 'stranger'));
    expect(await connect(host)).toMatch(/refuses user \S+ \(offered: key \S+stranger; it takes: publickey\)/);
    addToAgent('user_key', '');
    expect(await connect(host)).toBe('connected');
    expect(await connect(withArgs(host, '-o IdentitiesOnly=yes'))).toMatch(/offered: key \S+stranger; it takes/);
  });

  it('is reached at the first try, however many keys the agent holds', async () => {
    for (let index = 0; index < 8; index++) {
      await makeKey(join(sshd.directory, `many${index}`), 'ed25519');
      addToAgent(`many${index}`, '');
    }
    addToAgent('locked', 'secret');
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    // With six refusals sshd would hang up.
    expect(await connect(withKey(join(sshd.directory, 'locked')))).toBe('connected');
    expect(await connect(withKey(undefined), '/nonexistent')).toMatch(/Too many authentication failures/);
  });

  it('is refused with one that others can read, as ssh does, unless the agent holds it', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    for (const [name, passphrase] of [
      ['open', ''],
      ['open-locked', 'secret'],
    ] as const) {
      const path = join(sshd.directory, name);
      await makeKey(path, 'ed25519', passphrase);
      authorise(`${name}.pub`);
      addToAgent(name, passphrase);
      chmodSync(path, 0o640);
      expect(await connect(withKey(path))).toBe('connected');
      execFileSync('ssh-add', ['-q', '-D'], { env: { SSH_AUTH_SOCK: agent.socket }, stdio: 'ignore' });
      expect(await connect(withKey(path))).toBe(
        `permissions 0640 for ${path} are too open: others can read this private key, and ssh ignores it`,
      );
      chmodSync(path, 0o400);
      expect(await connect(withKey(path))).not.toMatch(/too open/);
    }
  });

  it('is reached with one whose passphrase is asked for, once for all hosts', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '');
    const asked: string[] = [];
    const questions: Questions = {
      passphrase: async path => {
        asked.push(path.split('/').at(-1) ?? '');
        return new Secret('secret');
      },
      trust: async () => 'no',
    };
    const transport = createSshTransport({ questions });
    const host = withKey(join(sshd.directory, 'locked'));
    const connected = await Promise.all([1, 2, 3].map(() => transport.connect(host, connectOptions())));
    expect(connected.map(one => one.ok)).toEqual([true, true, true]);
    expect(asked).toEqual(['locked']);
    for (const one of connected) if (one.ok) await one.value[Symbol.asyncDispose]();
  });

  it('says so if the passphrase is another one', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '');
    const questions: Questions = { passphrase: async () => new Secret('wrong'), trust: async () => 'no' };
    const connected = await createSshTransport({ questions }).connect(
      withKey(join(sshd.directory, 'locked')),
      connectOptions(),
    );
    expect(connected.ok ? '' : connected.error.cause).toMatch(/^that is not the passphrase of \S+locked$/);
  });

  it('is left to ssh where the key has a certificate, or the agent holds one', async () => {
    await makeKey(join(sshd.directory, 'ca'), 'ed25519');
    await makeKey(join(sshd.directory, 'certified'), 'ed25519');
    execFileSync('ssh-keygen', ['-q', '-s', 'ca', '-I', 'me', '-n', 'root', 'certified.pub'], { cwd: sshd.directory });
    const host = withKey(join(sshd.directory, 'certified'));
    expect(await connect(host)).toMatch(/^\S+certified has a certificate$/);
    addToAgent('certified', '');
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    expect(await connect(withKey(join(sshd.directory, 'stranger')))).toBe('the agent holds a certificate');
  });

  it('is reached with one that has a passphrase, if the agent holds it', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    const host = withKey(join(sshd.directory, 'locked'));
    expect(await connect(host)).toMatch(/the private key \S+locked has a passphrase, and the agent does not hold it/);
    addToAgent('locked', 'secret');
    expect(await connect(host)).toBe('connected');
  });
});

describe('a host whose inventory names none', () => {
  it('is reached with a key of the agent', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    expect(await connect(withKey(undefined), '/nonexistent')).toMatch(/^there is no key to log in with as \S+ at 127/);
    addToAgent('user_key', '');
    expect(await connect(withKey(undefined), '/nonexistent')).toBe('connected');
  });

  it("is reached with ssh's default key, even if the agent is gone", async () => {
    const home = join(sshd.directory, 'home');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    // One that cannot be used is passed over.
    writeFileSync(join(home, '.ssh/id_ed25519'), 'junk');
    await makeKey(join(sshd.directory, 'rsa'), 'rsa');
    authorise('rsa.pub');
    copyFileSync(join(sshd.directory, 'rsa'), join(home, '.ssh/id_rsa'));
    vi.stubEnv('SSH_AUTH_SOCK', join(sshd.directory, 'no-agent-here'));
    expect(await connect(withKey(undefined), home)).toBe('connected');
  });

  it('is looked up in ~/.ssh/known_hosts', async () => {
    const home = join(sshd.directory, 'home2');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    copyFileSync(join(sshd.directory, 'user_key'), join(home, '.ssh/id_ed25519'));
    vi.stubEnv('SSH_AUTH_SOCK', '');
    rmSync(join(home, '.ssh/known_hosts'), { force: true });
    const host = {
      ...sshd.host,
      connection: { kind: 'ssh', client: 'any', address: '127.0.0.1', port: sshd.port },
    } as Host;
    expect(await connect(host, home)).toMatch(/is not known/);
    copyFileSync(sshd.knownHostsFile, join(home, '.ssh/known_hosts'));
    expect(await connect(host, home)).toBe('connected');
  });
});

/** `home`: in place of the account's. */
async function connect(host: Host, home?: string): Promise<string> {
  const connected = await createSshTransport(optional('home', home)).connect(host, connectOptions());
  if (!connected.ok) return connected.error.cause;
  await connected.value[Symbol.asyncDispose]();
  return 'connected';
}

function withKey(privateKeyFile: string | undefined): Host {
  return { ...sshd.host, connection: { ...sshd.host.connection, privateKeyFile } } as Host;
}

function withArgs(host: Host, args: string): Host {
  const read = readSshArgs(args);
  if (!read.ok) throw new Error(read.error);
  return { ...host, connection: { ...host.connection, args: read.value } } as Host;
}

function authorise(name: string): void {
  appendFileSync(join(sshd.directory, 'authorized_keys'), execFileSync('cat', [join(sshd.directory, name)]));
}

function addToAgent(name: string, passphrase: string): void {
  const askpass = join(sshd.directory, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 });
  const env = {
    SSH_AUTH_SOCK: agent.socket,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
    PATH: process.env['PATH'],
  };
  execFileSync('ssh-add', ['-q', join(sshd.directory, name)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function startAgent(socket: string): Promise<{ readonly socket: string; readonly stop: () => Promise<void> }> {
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await vi.waitUntil(() => existsSync(socket), 10_000);
  return {
    socket,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
