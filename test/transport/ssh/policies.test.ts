import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthContext } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { readSshArgs } from '../../../src/inventory/resolve/read-ssh-args.ts';
import type { Host, SshConnection } from '../../../src/model/host.ts';
import { Secret } from '../../../src/model/secret.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { createServerResolver } from '../../../src/transport/ssh-config/resolve-server.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { makeKey } from '../../support/make-key.ts';
import { change, closeAll, closeLater, failureOf, server, shown, sshd } from './rig.ts';

afterEach(closeAll);

function withArgs(host: Host, args: string): Host {
  const read = readSshArgs(`-F none ${args}`);
  if (!read.ok) throw new Error(read.error);
  return change(host, { args: read.value });
}

function asSsh({ connection }: Host): SshConnection {
  if (connection.kind !== 'ssh') throw new Error('not reached by SSH');
  return connection;
}

/** What was said, or why it failed. */
async function connectAndListen(
  host: Host,
  trust: 'yes' | 'no' | 'not-asked' = 'not-asked',
): Promise<readonly string[]> {
  const said: string[] = [];
  const questions = {
    passphrase: async () => undefined,
    trust: async (name: string, key: string) => {
      said.push(`asked about ${name}: ${key}`);
      return trust === 'yes' ? ('yes' as const) : ('no' as const);
    },
  };
  const transport = createSshTransport({
    say: text => said.push(text),
    ...(trust === 'not-asked' ? {} : { questions }),
  });
  const connected = await transport.connect(host, connectOptions());
  if (connected.ok) closeLater(connected.value);
  return connected.ok ? said : [...said, connected.error.cause];
}

function plain(texts: readonly string[], port: number, directory: string): readonly string[] {
  return texts.map(text =>
    shown({ kind: 'protocol', cause: text }, { PORT: String(port), DIR: directory }).slice('protocol\n'.length),
  );
}

function checkPassword(context: AuthContext, method: 'password' | 'keyboard-interactive'): void {
  const judge = (password: string | undefined): void =>
    password === 'hunter2' ? context.accept() : context.reject([method]);
  if (context.method !== method) context.reject([method]);
  else if (context.method === 'password') judge(context.password);
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], answers => judge(answers[0]));
  }
}

describe('StrictHostKeyChecking', () => {
  it('accept-new writes a new key down, refuses another one later', async () => {
    const { host, port, directory } = await sshd();
    const file = join(directory, 'fresh', 'known_hosts');
    const accepting = withArgs(change(host, { knownHostsFile: file }), '-o StrictHostKeyChecking=accept-new');
    expect(plain(await connectAndListen(accepting), port, directory)).toMatchInlineSnapshot(`
      [
        "the host key of [127.0.0.1]:PORT is trusted from now on: ssh-ed25519 SHA256:… (written to DIR/fresh/known_hosts)",
      ]
    `);
    expect(await connectAndListen(change(host, { knownHostsFile: file }))).toEqual([]);
    await makeKey(join(directory, 'other'), 'ed25519');
    await writeFile(file, `[127.0.0.1]:${port} ${await readFile(join(directory, 'other.pub'), 'utf8')}`);
    expect((await failureOf(accepting)).kind).toBe('host-key-changed');
  });

  it('no takes a changed key as well, and says so', async () => {
    const { host, port, directory, knownHostsFile } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${await readFile(join(directory, 'other.pub'), 'utf8')}`);
    expect(
      plain(await connectAndListen(withArgs(host, '-o StrictHostKeyChecking=no')), port, directory),
    ).toMatchInlineSnapshot(`
      [
        "the host key of [127.0.0.1]:PORT has changed and is taken, as StrictHostKeyChecking=no says; no password is sent",
      ]
    `);
    expect(await connectAndListen(change(host, { hostKeyChecking: false }))).toHaveLength(1);
  });

  it('no sends no password to who shows a changed key', async () => {
    const methods: string[] = [];
    const { host, port, knownHostsFile } = await server({
      onAuthentication(context) {
        methods.push(context.method);
        context.reject(['password', 'keyboard-interactive']);
      },
    }).then(made => ({ ...made, knownHostsFile: (made.host.connection as { knownHostsFile: string }).knownHostsFile }));
    const { directory } = await sshd();
    await makeKey(join(directory, 'other'), 'ed25519');
    await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${await readFile(join(directory, 'other.pub'), 'utf8')}`);
    const careless = withArgs(change(host, { password: new Secret('hunter2') }), '-o StrictHostKeyChecking=no');
    expect((await failureOf(careless)).kind).toBe('authentication');
    expect(methods).not.toContain('password');
    expect(methods).not.toContain('keyboard-interactive');
  });

  it('no does not take a revoked key', async () => {
    const { host, directory, knownHostsFile } = await sshd();
    await appendFile(knownHostsFile, `@revoked * ${await readFile(join(directory, 'host_ed25519.pub'), 'utf8')}`);
    expect((await failureOf(withArgs(host, '-o StrictHostKeyChecking=no'))).kind).toBe('host-key-changed');
  });
});

describe('a host key that is not known', () => {
  it('is asked about where somebody wants to be asked, and then known', async () => {
    const { host, port, directory } = await sshd();
    const fresh = change(host, { knownHostsFile: join(directory, 'empty') });
    expect(plain(await connectAndListen(fresh, 'no'), port, directory)).toMatchInlineSnapshot(`
      [
        "asked about [127.0.0.1]:PORT: ssh-ed25519 SHA256:…",
        "the host key of [127.0.0.1]:PORT is not known: ssh-ed25519 SHA256:…",
      ]
    `);
    expect(plain(await connectAndListen(fresh, 'yes'), port, directory)).toMatchInlineSnapshot(`
      [
        "asked about [127.0.0.1]:PORT: ssh-ed25519 SHA256:…",
        "the host key of [127.0.0.1]:PORT is trusted from now on: ssh-ed25519 SHA256:… (written to DIR/empty)",
      ]
    `);
    expect(await connectAndListen(fresh, 'yes')).toEqual([]);
  });

  it('is hashed in the file if HashKnownHosts says so', async () => {
    const { host, directory } = await sshd();
    const fresh = change(host, { knownHostsFile: join(directory, 'hashed') });
    await connectAndListen(withArgs(fresh, '-o HashKnownHosts=yes -o StrictHostKeyChecking=accept-new'));
    expect(await readFile(join(directory, 'hashed'), 'utf8')).toMatch(/^\|1\|\S{28}\|\S{28} ssh-ed25519 \S+\n$/);
    expect(await connectAndListen(fresh)).toEqual([]);
  });

  it('is looked for under HostKeyAlias', async () => {
    const { host, directory, knownHostsFile } = await sshd();
    const aliased = withArgs(host, '-o HostKeyAlias=cluster');
    expect((await failureOf(aliased)).cause).toMatch(/^the host key of cluster is not known/);
    await writeFile(knownHostsFile, `cluster ${await readFile(join(directory, 'host_ed25519.pub'), 'utf8')}`);
    expect(await connectAndListen(aliased)).toEqual([]);
  });
});

describe('a password', () => {
  it.each(['password', 'keyboard-interactive'] as const)('logs in by %s', async method => {
    const { host } = await server({ onAuthentication: context => checkPassword(context, method) });
    const keyless = withArgs(change(host, { privateKeyFile: undefined }), '-o PubkeyAuthentication=no');
    expect(await connectAndListen(change(keyless, { password: new Secret('hunter2') }))).toEqual([]);
    const preferring = withArgs(
      change(host, { password: new Secret('hunter2') }),
      `-o PreferredAuthentications=${method}`,
    );
    expect(await connectAndListen(preferring)).toEqual([]);
    const switchedOff = withArgs(
      change(host, { privateKeyFile: undefined, password: new Secret('hunter2') }),
      '-o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -o PubkeyAuthentication=no',
    );
    expect((await failureOf(switchedOff)).cause).toMatch(/^there is no key to log in with/);
    const wrong = await failureOf(change(keyless, { password: new Secret('guess') }));
    expect(shown(wrong)).not.toContain('guess');
    expect(wrong.kind).toBe('authentication');
  });
});

describe('ssh_config', () => {
  it.each([
    ['-o ProxyCommand="nc %h %p"', 'needs-openssh', /^ProxyCommand is set in the arguments for ssh/],
    ['-o Ciphers=aes256-ctr', 'needs-openssh', /^ciphers is set in the arguments for ssh/],
    ['-o PreferredAuthentications=gssapi-with-mic', 'needs-openssh', /^gssapi-with-mic is preferred in the arguments/],
    ['-o BindAddress=localhost', 'needs-openssh', /^BindAddress is the name localhost$/],
    ['-o LocalCommand=true -o PermitLocalCommand=yes', 'needs-openssh', /^localcommand is set in the arguments/],
    ['-L 1:h:2', 'needs-openssh', /^-L is set in the arguments for ssh/],
    ['-o NoSuchThing=1', 'needs-openssh', /^nosuchthing is set in/],
    ['-o Port=abc', 'ssh-config', /"abc" of port is no number from 1 to 65535$/],
    ['-F /nonexistent/config', 'ssh-config', /^cannot read the configuration of ssh: ENOENT/],
  ])('that is not for ssh2, or wrong: %s', async (args, kind, cause) => {
    const { host } = await server({});
    const read = readSshArgs(args);
    if (!read.ok) throw new Error(read.error);
    const failure = await failureOf(change(host, { port: undefined, args: read.value }));
    expect(failure.kind).toBe(kind);
    expect(failure.cause).toMatch(cause);
  });

  it.each([
    'exec "touch DIR/ran"',
    '!exec false',
    'user * tagged x',
    'final localnetwork 10.0.0.0/8',
    'version OpenSSH_*',
  ])('is left to ssh for a host that Match %s may be for, and runs nothing', async criteria => {
    const { host, directory } = await sshd();
    const configFile = join(directory, 'config');
    const written = criteria.replace('DIR', directory);
    await writeFile(configFile, `Match ${written} user ops\n User x\nMatch host other ${written}\n User y\n`);
    const ask = (user: string) =>
      createServerResolver()({ ...asSsh(host), user, args: { words: [], options: [], configFile } });
    const answer = ask('ops');
    expect(answer.ok ? '' : shown(answer.error, { DIR: directory })).toMatch(
      /^needs-openssh\nMatch (exec|tagged|localnetwork|version) is set in DIR\/config:1$/,
    );
    expect(ask('dba')).toMatchObject({ ok: true, value: { user: 'dba' } });
    expect(existsSync(join(directory, 'ran'))).toBe(false);
  });

  it('says where it is wrong', async () => {
    const { host, directory } = await sshd();
    const file = join(directory, 'config');
    const say = async (text: string): Promise<string> => {
      await writeFile(file, text);
      const failure = await failureOf(change(host, { args: { words: [], options: [], configFile: file } }));
      return shown(failure, { DIR: directory });
    };
    expect(await say('Host *\n IdentityFile\n')).toMatchInlineSnapshot(`
      "ssh-config
      DIR/config:2 is no line of ssh_config: there is no value
      see what ssh makes of it: ssh -G HOST"
    `);
    expect(await say('Host *\n StrictHostKeyChecking maybe\n')).toMatchInlineSnapshot(`
      "ssh-config
      DIR/config:2: "maybe" of stricthostkeychecking is none of yes, ask, accept-new and no
      see what ssh makes of it: ssh -G HOST"
    `);
    expect(await say('Host other\n User a b\n')).toMatchInlineSnapshot(`
      "ssh-config
      DIR/config:2 is no line of ssh_config: there are extra words at its end
      see what ssh makes of it: ssh -G HOST"
    `);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh would fill it in
    expect(await say('IdentityFile /k/${TAPBOOK_NOT_SET}\n')).toMatchInlineSnapshot(`
      "ssh-config
      DIR/config:1: "/k/\${TAPBOOK_NOT_SET}" wants the variable TAPBOOK_NOT_SET, which is not set
      see what ssh makes of it: ssh -G HOST"
    `);
    await expect(readFile(join(directory, 'ran'))).rejects.toThrow('ENOENT');
  });
});
