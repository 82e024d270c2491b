import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpensshTransport } from '../../../src/transport/openssh/openssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { change, closeAll, closeLater, connect, output, sshd } from './rig.ts';

afterEach(closeAll);

/** What both SSH adapters do is in test/transport/ssh-contract.test.ts. */
describe('what ssh2 cannot do', () => {
  it('a server that offers only a key exchange against quantum computers', async () => {
    const { host } = await sshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    expect(await output(await connect(host), ['echo', 'in'])).toBe('in\n');
  });

  it('a way there by ProxyCommand, from the arguments for Ansible', async () => {
    const { host, directory, port } = await sshd();
    const log = join(directory, 'proxy');
    const script = join(directory, 'proxy.cjs');
    await writeFile(
      script,
      `require('fs').appendFileSync(${JSON.stringify(log)}, process.argv[2]);
       const socket = require('net').connect(${port}, '127.0.0.1');
       process.stdin.pipe(socket).pipe(process.stdout);`,
    );
    const way = `${process.execPath} ${script} %h:%p`;
    const args = { words: ['-o', `ProxyCommand=${way}`, '-o', `HostKeyAlias=[127.0.0.1]:${port}`], options: [] };
    const behind = change(host, { address: 'db1.behind', port: 2222, args });
    expect(await output(await connect(behind), ['echo', 'in'])).toBe('in\n');
    expect(await readFile(log, 'utf8')).toBe('db1.behind:2222');
  });

  it('a jump over another host, from ssh_config', async () => {
    const bastion = await sshd();
    const { host, port, directory, privateKeyFile } = await sshd();
    const config = join(directory, 'config');
    await writeFile(
      config,
      [
        'Host db1',
        `  HostName 127.0.0.1`,
        `  Port ${port}`,
        '  ProxyJump bastion',
        'Host bastion',
        '  HostName 127.0.0.1',
        `  Port ${bastion.port}`,
        `  IdentityFile ${bastion.privateKeyFile}`,
        `  UserKnownHostsFile ${bastion.knownHostsFile}`,
      ].join('\n'),
    );
    const args = { words: ['-F', config], options: [] };
    const connection = await connect(change(host, { address: 'db1', port: undefined, privateKeyFile, args }));
    expect(await output(connection, ['echo', 'in'])).toBe('in\n');
    expect(bastion.log()).toContain('Accepted publickey');
  });
});

describe('what a person wrote for Ansible', () => {
  it('does not share the connection with others, nor leave it open', async () => {
    const { host, directory } = await sshd();
    // What `ansible_ssh_args` is in many an inventory.
    const path = join(directory, 'theirs');
    const words = [
      '-C',
      '-o',
      'ControlMaster=auto',
      '-o',
      'ControlPersist=60s',
      '-o',
      `ControlPath=${path}`,
      '-q',
      '-M',
      '-f',
      '-S',
      path,
    ];
    const connection = await connect(change(host, { args: { words, options: [] } }));
    expect(await output(connection, ['echo', 'in'])).toBe('in\n');
    await connection[Symbol.asyncDispose]();
    expect(await connection.closed).toEqual({ kind: 'closed-by-us' });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('goes before the inventory if it is in ansible_ssh_args, and ssh_config after it', async () => {
    const { host, port, directory } = await sshd();
    const config = join(directory, 'config');
    await writeFile(config, 'User nobody-here\nPort 1\nRequestTTY force\nRemoteCommand false\n');
    const args = { leading: { words: 4, options: 1 }, words: ['-F', config, '-p', String(port)], options: [] };
    const { user } = await sshd();
    const connection = await connect(change(host, { port: 2, user, args }));
    expect(await output(connection, ['echo', 'in'])).toBe('in\n');
  });
});

describe('many hosts', () => {
  it('are connected at once', async () => {
    const { host, port, directory } = await sshd({ config: ['ListenAddress 0.0.0.0', 'MaxStartups 200'] });
    const known = join(directory, 'known_all');
    const key = await readFile(join(directory, 'host_ed25519.pub'), 'utf8');
    await writeFile(known, `[127.0.0.*]:${port} ${key}`);
    const transport = createOpensshTransport();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const address = `127.0.0.${index + 10}`;
        const connected = await transport.connect(
          change(host, { address, knownHostsFile: known }),
          connectOptions({ connect: 60_000 }),
        );
        if (!connected.ok) return connected.error.cause;
        closeLater(connected.value);
        return output(connected.value, ['sh', '-c', 'echo "$SSH_CONNECTION" | cut -d" " -f3']);
      }),
    );
    expect(answers).toEqual(Array.from({ length: 40 }, (_, index) => `127.0.0.${index + 10}\n`));
  }, 90_000);
});
