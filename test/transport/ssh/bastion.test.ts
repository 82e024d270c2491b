import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import type { LoopbackSshd } from '../../support/loopback-sshd.ts';
import { change, closeAll, connect, failureOf, shown, sshd } from './rig.ts';

afterEach(closeAll);

/** Two servers with one key for both: the second is reached through the first, by an ssh_config. */
async function behindBastion(options: { readonly bastion?: readonly string[]; readonly config?: string } = {}) {
  const [bastion, target] = await Promise.all([sshd({ config: options.bastion ?? [] }), sshd()]);
  const config = join(target.directory, 'ssh_config');
  await writeFile(
    config,
    options.config?.replaceAll('PORT', String(bastion.port)) ??
      `Host bastion
  HostName 127.0.0.1
  Port ${bastion.port}
  IdentityFile ${bastion.privateKeyFile}
  UserKnownHostsFile ${bastion.knownHostsFile}
Host 127.0.0.1
  ProxyJump bastion
`,
  );
  // What the inventory says of a known_hosts file holds for the way as well.
  const known = [bastion, target].map(one => readFile(one.knownHostsFile, 'utf8'));
  await writeFile(target.knownHostsFile, (await Promise.all(known)).join(''));
  const args = { words: ['-F', config], options: [], configFile: config };
  return { bastion, target, host: change(target.host, { args }) };
}

function places({ bastion, target }: { readonly bastion: LoopbackSshd; readonly target: LoopbackSshd }) {
  return { BASTION: String(bastion.port), TARGET: String(target.port) };
}

function logins(one: LoopbackSshd): number {
  return one.log().match(/Accepted publickey/g)?.length ?? 0;
}

describe('a host behind a bastion', () => {
  it('is reached through one that renews keys', async () => {
    const { host } = await behindBastion({ bastion: ['RekeyLimit 1M'] });
    const connection = await connect(host);
    const argv = ['head', '-c', '10000000', '/dev/zero'] as const;
    const started = await connection.exec(argv, { signal: new AbortController().signal, as: 'login-user' });
    if (!started.ok) throw new Error(started.error.cause);
    let bytes = 0;
    for await (const chunk of started.value.stdout) bytes += chunk.length;
    for await (const _ of started.value.stderr);
    expect([bytes, await started.value.exit]).toEqual([10_000_000, { kind: 'code', code: 0 }]);
  });

  it('is reached through it', async () => {
    const { host, bastion, target } = await behindBastion();
    const connection = await connect(host);
    const started = await connection.exec(['echo', 'here'], { signal: new AbortController().signal, as: 'login-user' });
    if (!started.ok) throw new Error(started.error.cause);
    const chunks: Uint8Array[] = [];
    for await (const chunk of started.value.stdout) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('here\n');
    await expect.poll(() => [logins(bastion), logins(target)]).toEqual([1, 1]);
  });

  it('shares the connection to it with all the others, and closes it with the last of them', async () => {
    const { host, bastion, target } = await behindBastion();
    const transport = createSshTransport();
    const connected = await Promise.all(Array.from({ length: 12 }, () => transport.connect(host, connectOptions())));
    expect(connected.filter(one => one.ok)).toHaveLength(12);
    // What a server logs comes a little later.
    await expect.poll(() => [logins(bastion), logins(target)], { timeout: 10_000 }).toEqual([1, 12]);
    for (const one of connected) if (one.ok) await one.value[Symbol.asyncDispose]();
    await expect.poll(() => bastion.log()).toMatch(/Disconnected from user/);
    // Once more opens it once more.
    const again = await transport.connect(host, connectOptions());
    if (again.ok) await again.value[Symbol.asyncDispose]();
    await expect.poll(() => [again.ok, logins(bastion)]).toEqual([true, 2]);
  });

  it('is reached through two of them', async () => {
    const { host, bastion, target } = await behindBastion();
    const config = await readFile(
      String((host.connection as { args: { configFile: string } }).args.configFile),
      'utf8',
    );
    const file = join(target.directory, 'two');
    await writeFile(
      file,
      config
        .replace('ProxyJump bastion', 'ProxyJump bastion,second')
        .concat('Host second\n', config.split('Host 127')[0]?.replace('Host bastion', '') ?? ''),
    );
    await connect(change(host, { args: { words: [], options: [], configFile: file } }));
    expect(logins(bastion)).toBe(2);
  });

  it('is lost when the bastion is', async () => {
    const { host, bastion } = await behindBastion();
    const connection = await connect(host);
    await bastion.stop();
    expect((await connection.closed).kind).toBe('lost');
  });

  it('is told apart from a bastion that is not there', async () => {
    const made = await behindBastion();
    await made.bastion.stop();
    expect(shown(await failureOf(made.host), places(made))).toMatchInlineSnapshot(`
      "refused
      127.0.0.1:BASTION refuses connections (the bastion on the way to 127.0.0.1:TARGET)
      is sshd running there, and is its Port in ssh_config right?"
    `);
  });

  it('is told apart from a bastion whose key is not known', async () => {
    const made = await behindBastion();
    await writeFile(made.target.knownHostsFile, '');
    expect(shown(await failureOf(made.host), places(made))).toMatchInlineSnapshot(`
      "host-key-unknown
      the host key of [127.0.0.1]:BASTION is not known: ssh-ed25519 SHA256:… (the bastion on the way to 127.0.0.1:TARGET)
      if that is its fingerprint: tapbook trust db1"
    `);
  });

  it('is told apart from a bastion that takes nobody, each with the words that count for it', async () => {
    const made = await behindBastion();
    const configFile = (made.host.connection as { args: { configFile: string } }).args.configFile;
    const written = await readFile(configFile, 'utf8');
    const failures: string[] = [];
    const ways = [
      ['IdentityFile /nonexistent/key', 'IdentitiesOnly yes'],
      ['IdentityFile none', 'IdentitiesOnly yes'],
      [`IdentityFile ${made.bastion.privateKeyFile}`, 'User nobody-here', 'IdentitiesOnly yes'],
    ];
    for (const [index, lines] of ways.entries()) {
      const file = join(made.target.directory, `way${index}`);
      await writeFile(file, written.replace(/IdentityFile .*/, lines.join('\n  ')));
      const host = change(made.host, { args: { words: [], options: [], configFile: file } });
      const { directory: DIR, user: USER } = made.bastion;
      failures.push(shown(await failureOf(host), { ...places(made), DIR, USER }));
    }
    expect(failures.join('\n\n')).toMatchInlineSnapshot(`
      "key-unreadable
      there is no private key /nonexistent/key (the bastion on the way to 127.0.0.1:TARGET)
      check IdentityFile in ssh_config

      authentication
      there is no key to log in with as USER at 127.0.0.1:BASTION (the bastion on the way to 127.0.0.1:TARGET)
      set its IdentityFile in ssh_config, or put a key into the agent: ssh-add

      authentication
      127.0.0.1:BASTION refuses user nobody-here (offered: key DIR/user_key; it takes: publickey) (the bastion on the way to 127.0.0.1:TARGET)
      check its User in ssh_config, and that the key is in ~nobody-here/.ssh/authorized_keys there"
    `);
  });

  it('is not there', async () => {
    const made = await behindBastion();
    await made.target.stop();
    expect(shown(await failureOf(made.host), places(made))).toMatchInlineSnapshot(`
      "refused
      the bastion 127.0.0.1:BASTION cannot connect to 127.0.0.1:TARGET: Connection refused
      is sshd running there, and is ansible_port right?"
    `);
  });

  it('has a name that the bastion cannot look up', async () => {
    const made = await behindBastion();
    const file = join(made.target.directory, 'named');
    const config = await readFile((made.host.connection as { args: { configFile: string } }).args.configFile, 'utf8');
    await writeFile(file, config.replace('Host 127.0.0.1', 'Host nowhere.invalid'));
    const host = change(made.host, { address: 'nowhere.invalid', args: { words: [], options: [], configFile: file } });
    expect(shown(await failureOf(host), places(made))).toMatchInlineSnapshot(`
      "name-not-found
      the bastion 127.0.0.1:BASTION cannot connect to nowhere.invalid:TARGET: Name or service not known
      the bastion looks the name up: set ansible_host to an address"
    `);
  });

  it('is not to be reached from there', async () => {
    const made = await behindBastion({ bastion: ['AllowTcpForwarding no'] });
    expect(shown(await failureOf(made.host), places(made))).toMatchInlineSnapshot(`
      "refused
      the bastion 127.0.0.1:BASTION forwards no connection to 127.0.0.1:TARGET: open failed
      see AllowTcpForwarding and PermitOpen in its sshd_config"
    `);
  });

  it('cannot be its own bastion', async () => {
    const made = await behindBastion({ config: 'Host *\n ProxyJump bastion\n' });
    expect(shown(await failureOf(made.host), places(made))).toMatchInlineSnapshot(`
      "ssh-config
      bastion is to be reached through more than 8 bastions, or through itself
      see what ssh makes of it: ssh -G HOST"
    `);
  });
});
