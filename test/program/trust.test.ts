import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeKey } from '../support/make-key.ts';
import { type Finished, runTapbook } from '../support/tapbook.ts';
import { onTerminal } from './terminal-rig.ts';

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

let target: LoopbackSshd;
let bastion: LoopbackSshd;
let known = '';
beforeAll(async () => {
  [target, bastion] = await Promise.all([startLoopbackSshd({ hostKeyTypes: ['ed25519', 'rsa'] }), startLoopbackSshd()]);
  known = join(target.directory, 'fresh', 'known_hosts');
  await writeFile(
    join(target.directory, 'config'),
    `Host bastion\n HostName 127.0.0.1\n Port ${bastion.port}\n IdentityFile ${bastion.privateKeyFile}\n`,
  );
  const common = `ansible_ssh_common_args="-F ${join(target.directory, 'config')}" tapbook_known_hosts_file=${known}`;
  await writeFile(
    join(target.directory, 'hosts'),
    `db1 ansible_host=127.0.0.1 ansible_port=${target.port} ${common}
inner1 ansible_host=127.0.0.1 ansible_port=${target.port} ansible_ssh_extra_args="-J bastion" ${common}
gone1 ansible_host=127.0.0.1 ansible_port=1 ${common}
`,
  );
});
afterAll(async () => {
  await target[Symbol.asyncDispose]();
  await bastion[Symbol.asyncDispose]();
});

function trust(...args: readonly string[]): Promise<Finished> {
  return runTapbook(['trust', '-i', join(target.directory, 'hosts'), ...args]);
}

function plain({ code, stdout, stderr }: Finished): string {
  const text = [
    [target.directory, 'DIR'],
    [`:${target.port}`, ':TARGET'],
    [`:${bastion.port}`, ':BASTION'],
  ].reduce((all, [from = '', to = '']) => all.replaceAll(from, to), stdout);
  return `${text.replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:…')}${stderr}exit ${code}`;
}

describe('tapbook trust', () => {
  test('only shows with --check', async () => {
    expect(plain(await trust('db1', '--check'))).toMatchInlineSnapshot(`
      "db1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  not known
          ssh-rsa             SHA256:…  not known
      exit 0"
    `);
    expect(existsSync(known)).toBe(false);
  });

  test('asks on a terminal, once for all that follow, and not with --yes', async () => {
    const onTty = async (args: readonly string[], answers: Parameters<typeof onTerminal>[1]): Promise<string> => {
      const argv = [program, 'trust', '-i', join(target.directory, 'hosts'), ...args];
      const code = `const { spawnSync } = await import('node:child_process');
        process.exitCode = spawnSync(process.execPath, ${JSON.stringify(argv)}, { stdio: 'inherit' }).status;`;
      const { shown } = await onTerminal(code, answers, { stdin: { is: 'terminal' }, env: { NO_COLOR: '1' } });
      return plain({ code: 0, stdout: shown.replace(/isig icanon echo\n/, ''), stderr: '' });
    };
    const question = 'known_hosts (yes/no/all)? ';
    expect(
      await onTty(
        ['db1'],
        [
          [question, 'n\r'],
          [question, '\r'],
        ],
      ),
    ).toMatchInlineSnapshot(`
      "[127.0.0.1]:TARGET shows ssh-ed25519 SHA256:…
      Write it into known_hosts (yes/no/all)? n
      [127.0.0.1]:TARGET shows ssh-rsa SHA256:…
      Write it into known_hosts (yes/no/all)? 
      db1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  not written
          ssh-rsa             SHA256:…  not written
      exit 0
      exit 0"
    `);
    expect(existsSync(known)).toBe(false);
    expect(await onTty(['db1'], [[question, 'all\r']])).toMatchInlineSnapshot(`
      "[127.0.0.1]:TARGET shows ssh-ed25519 SHA256:…
      Write it into known_hosts (yes/no/all)? all
      db1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  written to DIR/fresh/known_hosts
          ssh-rsa             SHA256:…  written to DIR/fresh/known_hosts
      exit 0
      exit 0"
    `);
    await rm(known);
    expect(await onTty(['db1', '--yes'], [])).toMatchInlineSnapshot(`
      "db1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  written to DIR/fresh/known_hosts
          ssh-rsa             SHA256:…  written to DIR/fresh/known_hosts
      exit 0
      exit 0"
    `);
    await rm(known);
  });

  test('writes what is new, the bastion first, and knows it afterwards', async () => {
    expect(plain(await trust('inner1'))).toMatchInlineSnapshot(`
      "inner1 [127.0.0.1]:BASTION (a bastion on the way)
          ssh-ed25519         SHA256:…  written to DIR/fresh/known_hosts
      inner1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  written to DIR/fresh/known_hosts
          ssh-rsa             SHA256:…  written to DIR/fresh/known_hosts
      exit 0"
    `);
    // db1 and the bastion are asked at once: who answers first is told first.
    const shown = plain(await trust('db1', 'inner1')).split(/\n(?=\S)/);
    expect(shown.slice(0, 2).toSorted()).toEqual([
      'db1 [127.0.0.1]:TARGET\n    ssh-ed25519         SHA256:…  known\n    ssh-rsa             SHA256:…  known',
      'inner1 [127.0.0.1]:BASTION (a bastion on the way)\n    ssh-ed25519         SHA256:…  known',
    ]);
    expect(shown.slice(2)).toEqual([
      'inner1 [127.0.0.1]:TARGET\n    ssh-ed25519         SHA256:…  known\n    ssh-rsa             SHA256:…  known',
      'exit 0',
    ]);
    expect((await readFile(known, 'utf8')).trim().split('\n')).toHaveLength(3);
    // What it has written is what a connection needs.
    const facts = await runTapbook([
      'facts',
      'inner1',
      '-i',
      join(target.directory, 'hosts'),
      '--private-key',
      target.privateKeyFile,
    ]);
    expect(facts.code).toBe(0);
  });

  test('says who cannot be reached, and has an object for each server in JSON', async () => {
    const { code, stdout } = await trust('gone1,db1', '--format', 'json');
    expect(code).toBe(4);
    const objects = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(objects.map(({ host, result }) => `${host} ${result}`).sort()).toEqual(['db1 shown', 'gone1 unreachable']);
  });

  test('never writes a key that has changed', async () => {
    await makeKey(join(target.directory, 'other'), 'ed25519');
    const other = (await readFile(join(target.directory, 'other.pub'), 'utf8')).split(' ')[1];
    const text = `[127.0.0.1]:${target.port} ssh-ed25519 ${other}\n`;
    await writeFile(known, text);
    expect(plain(await trust('db1'))).toMatchInlineSnapshot(`
      "db1 [127.0.0.1]:TARGET
          ssh-ed25519         SHA256:…  REFUSED
          the host key of [127.0.0.1]:TARGET has changed: known is ssh-ed25519 SHA256:… (DIR/fresh/known_hosts:1), shown was ssh-ed25519 SHA256:…
          find out why; if it is right: ssh-keygen -f DIR/fresh/known_hosts -R '[127.0.0.1]:TARGET' && tapbook trust db1
          ssh-rsa             SHA256:…  REFUSED
          the host key of [127.0.0.1]:TARGET has changed: known is ssh-ed25519 SHA256:… (DIR/fresh/known_hosts:1), shown was ssh-rsa SHA256:…
          find out why; if it is right: ssh-keygen -f DIR/fresh/known_hosts -R '[127.0.0.1]:TARGET' && tapbook trust db1
      exit 2"
    `);
    expect(await readFile(known, 'utf8')).toBe(text);
  });

  test('does not know the host', async () => {
    expect(plain(await trust('db2'))).toMatchInlineSnapshot(`
      "error unknown-group: no host or group "db2" in the inventory; did you mean "db1"?
      exit 8"
    `);
  });
});
