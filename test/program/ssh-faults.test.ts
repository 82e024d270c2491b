import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTemporaryDirectory } from '../../src/process/temporary-directory.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';
import { makeKey } from '../support/make-key.ts';
import { type ScriptedSshServer, startScriptedSshServer } from '../support/scripted-ssh-server.ts';
import { runTapbook } from '../support/tapbook.ts';
import {
  loginPassword,
  makeThrowAwayUsers,
  type ThrowAwayUsers,
  targetPassword,
  whyNoUsers,
} from '../transport/become/become-rig.ts';

/**
 * Each fault is made for real, by an sshd or by a server that misbehaves to order; all of them are asked for their facts
 * in one run, and what is printed of each stands here as a user sees it.
 */
const why = whyNoUsers();
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
  const shells = why === undefined ? keep(await makeThrowAwayUsers()) : undefined;
  const [sshd, strict, full, greeter, forUsers] = await Promise.all([
    startLoopbackSshd({ config: ['MaxAuthTries 3'] }).then(keep),
    startLoopbackSshd({ config: ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'] }).then(
      keep,
    ),
    startLoopbackSshd({ config: ['MaxSessions 0'] }).then(keep),
    startLoopbackSshd({ config: ['Banner /etc/os-release'] }).then(keep),
    // Any name: it is about who reads the keys.
    startLoopbackSshd({ user: userInfo().username, path: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' }).then(keep),
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
    // None of these servers has the subsystem sftp: nothing of ours needs it.
    well: at(sshd, ''),
    banner: at(greeter, ''),
    refused: at(sshd, 'ansible_port=1'),
    'no-name': at(sshd, 'ansible_host=nowhere.invalid'),
    'no-route': at(sshd, 'ansible_host=255.255.255.255'),
    'silent-server': at(silent, 'ansible_timeout=9'),
    'stuck-login': at(stuck, 'ansible_timeout=10'),
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
    'no-proxy': at(sshd, `ansible_ssh_common_args="-F none -o ProxyCommand=/bin/false"`),
    ...(users === undefined || shells === undefined ? {} : await faultsOfUsers(users, forUsers, shells)),
  };
  const inventory = join(directory, 'inventory.ini');
  await writeFile(
    inventory,
    Object.entries(faults)
      .map(([name, { vars }]) => `${name} ${vars}\n`)
      .join(''),
  );
  const ran = await runTapbook(['facts', '-i', inventory], { env: { HOME: directory } });
  code = ran.code;
  expect(ran.stderr).toBe(
    "warning connection: no-proxy is reached by the system's ssh: ProxyCommand is set in the arguments for ssh (others like it are not named)\n",
  );
  const replaced: readonly (readonly [string, string])[] = [
    ...[sshd, strict, full, greeter, forUsers, hangUp, silent, web, stuck, busy].map(
      one => [`:${one.port}`, ':PORT'] as const,
    ),
    [directory, 'DIR'],
    [forUsers.directory, 'DIR'],
    ...[users, shells].flatMap(one =>
      one === undefined ? [] : [[one.login, 'LOGIN'] as const, [one.target, 'TARGET'] as const],
    ),
    [userInfo().username, 'USER'],
  ];
  printed = new Map(
    ran.stdout.split(/^(?=\S)/m).map(block => {
      const [name = '', ...lines] = block.trimEnd().split('\n');
      const text = replaced.reduce(
        (all, [from, to]) => all.replaceAll(from, to),
        lines.map(line => line.trim()).join('\n'),
      );
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
    'ansible_ssh_common_args="-F none"',
  ];
  return { vars: `${vars.join(' ')} ${more}` };
}

/** What accounts, their shells and the rules of sudo, su and doas can put in the way. */
async function faultsOfUsers(
  users: ThrowAwayUsers,
  sshd: LoopbackSshd,
  shells: ThrowAwayUsers,
): Promise<Record<string, Fault>> {
  await users.allowSudo(
    'Defaults:LOGIN lecture=always, timestamp_timeout=0',
    `${shells.login} ALL=(ALL) NOPASSWD: ALL`,
    `Defaults:${shells.target} requiretty`,
    `${shells.target} ALL=(ALL) NOPASSWD: ALL`,
    'LOGIN ALL=(ALL) ALL',
  );
  shells.change('usermod', '--shell', '/usr/sbin/nologin', shells.login);
  shells.change('usermod', '--shell', '/usr/bin/tcsh', users.login);
  shells.change('usermod', '--shell', '/usr/bin/fish', users.target);
  const login = `ansible_user=${users.login} ansible_become=true`;
  return {
    'fish-shell': at(sshd, `ansible_user=${users.target}`),
    'nologin-shell': at(sshd, `ansible_user=${shells.login}`),
    'csh-and-lecture': at(sshd, `${login} ansible_become_password="${loginPassword}"`),
    'sudo-wrong-password': at(sshd, `${login} ansible_become_password=guess`),
    'sudo-no-password': at(sshd, login),
    'sudo-requiretty': at(sshd, `ansible_user=${shells.target} ansible_become=true`),
    'sudo-not-allowed': at(
      sshd,
      `ansible_user=${users.target} ansible_become=true ansible_become_password="${targetPassword}"`,
    ),
    'sudo-missing': at(sshd, `${login} ansible_become_exe=/opt/none/sudo`),
    'sudo-no-such-user': at(
      sshd,
      `${login} ansible_become_password="${loginPassword}" ansible_become_user=nobody-here`,
    ),
    'su-well': at(
      sshd,
      `${login} ansible_become_method=su ansible_become_user=${users.target} ansible_become_password="${targetPassword}"`,
    ),
    'su-wrong-password': at(
      sshd,
      `${login} ansible_become_method=su ansible_become_user=${users.target} ansible_become_password=guess`,
    ),
  };
}

/** A fault, what is wrong, and what would mend it; of a host that is well, whom its probe found. */
type Row = readonly [name: string, ...lines: string[]];

const ofConnections: readonly Row[] = [
  ['well', 'user     USER, sudo: USER'],
  ['banner', 'user     USER, sudo: USER'],
  ['refused', 'unreachable: 127.0.0.1:1 refuses connections', 'is sshd running there, and is ansible_port right?'],
  [
    'no-name',
    'unreachable: the name nowhere.invalid cannot be resolved',
    'set ansible_host to an address, or mend DNS',
  ],
  ['no-route', 'unreachable: there is no route to 255.255.255.255:PORT', 'check the network, and ansible_host'],
  [
    'silent-server',
    'unreachable: 127.0.0.1:PORT did not answer within 9 s (SSH handshake)',
    'is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m',
  ],
  [
    'stuck-login',
    'unreachable: 127.0.0.1:PORT did not answer within 10 s (authentication)',
    'sshd may wait for DNS, PAM or a directory; see its log, or try --connect-timeout 1m',
  ],
  [
    'hangs-up',
    'unreachable: 127.0.0.1:PORT closed the connection before the SSH handshake',
    'sshd may be full (MaxStartups), or have banned this address',
  ],
  [
    'max-startups',
    'unreachable: 127.0.0.1:PORT closed the connection before the SSH handshake (Exceeded MaxStartups)',
    'sshd may be full (MaxStartups), or have banned this address',
  ],
  [
    'no-ssh-server',
    'unreachable: 127.0.0.1:PORT is no SSH server: it says "HTTP/1.1 400 Bad Request"',
    'is ansible_port that of an SSH server?',
  ],
  [
    'key-unknown',
    'unreachable: the host key of [127.0.0.1]:PORT is not known: ssh-ed25519 SHA256:…',
    'if that is its fingerprint: tapbook trust key-unknown',
  ],
  [
    'key-changed',
    'unreachable: the host key of [127.0.0.1]:PORT has changed: known is ssh-ed25519 SHA256:… (DIR/changed:1), shown was ssh-ed25519 SHA256:…',
    "find out why; if it is right: ssh-keygen -f DIR/changed -R '[127.0.0.1]:PORT' && tapbook trust key-changed",
  ],
  [
    'wrong-key',
    'unreachable: 127.0.0.1:PORT refuses user USER (offered: key DIR/other; it takes: publickey)',
    'check ansible_user, and that the key is in ~USER/.ssh/authorized_keys there',
  ],
  [
    'too-many-keys',
    'unreachable: 127.0.0.1:PORT ended the connection (Too many authentication failures) while USER was logging in (offered: key DIR/k1, key DIR/k2, key DIR/k3)',
    "see sshd's log there; with many keys in the agent, name the right one in ansible_ssh_private_key_file",
  ],
  [
    'locked-key',
    'unreachable: the private key DIR/locked has a passphrase, and the agent does not hold it',
    'ssh-add DIR/locked, or --ask to be asked for it',
  ],
  ['no-such-key', 'unreachable: there is no private key /nonexistent/key', 'check ansible_ssh_private_key_file'],
  [
    'two-factors',
    'unreachable: 127.0.0.1:PORT wants more than a key from USER: password',
    'allow this user to log in with a key alone (AuthenticationMethods in sshd_config)',
  ],
  [
    'max-sessions',
    'failed: the host refuses to run a command: (SSH) Channel open failure: open failed',
    'see MaxSessions and ForceCommand in its sshd_config',
  ],
  [
    'no-proxy',
    'unreachable: the way to 127.0.0.1:PORT failed: ProxyCommand ended without a word (left to ssh: ProxyCommand is set in the arguments for ssh)',
    'check ProxyCommand and ProxyJump; try: ssh -v 127.0.0.1',
  ],
];

const ofAccounts: readonly Row[] = [
  ['fish-shell', 'user     TARGET, sudo: asks-password'],
  [
    'nologin-shell',
    'failed: in place of facts it printed: This account is currently not available.',
    'see whether `sh -c "uname -r"` runs there by ssh: its user needs a shell',
  ],
  ['csh-and-lecture', 'user     LOGIN, becomes USER'],
  [
    'sudo-wrong-password',
    'failed: cannot become USER: sudo refuses the password',
    'check ansible_become_password, or ask for it with -K',
  ],
  [
    'sudo-no-password',
    'failed: cannot become USER: sudo asks for a password',
    'give it (-K, ansible_become_password), or allow NOPASSWD in sudoers',
  ],
  [
    'sudo-requiretty',
    'failed: cannot become USER: sudo: sorry, you must have a tty to run sudo',
    'set Defaults !requiretty for this user in sudoers',
  ],
  [
    'sudo-not-allowed',
    'failed: cannot become USER: TARGET is not in the sudoers file',
    'allow this user to run sh as USER in sudoers',
  ],
  ['sudo-missing', 'failed: cannot become USER: there is no program /opt/none/sudo', 'check ansible_become_exe'],
  ['sudo-no-such-user', 'failed: cannot become nobody-here: there is no such user', 'check ansible_become_user'],
  ['su-well', 'user     LOGIN, becomes TARGET'],
  [
    'su-wrong-password',
    'failed: cannot become TARGET: su refuses the password',
    'su wants that of TARGET, whose account may be locked, too: check ansible_become_password or -K',
  ],
];

describe('a fault, and what is printed of it', () => {
  test.each(ofConnections)('%s', (name, ...lines) => {
    expect(told(name)).toEqual(lines);
  });

  test.skipIf(why !== undefined).each(ofAccounts)('%s', (name, ...lines) => {
    expect(told(name)).toEqual(lines);
  });

  test('each host stands in a row, and the others are not held up', () => {
    const rows = why === undefined ? [...ofConnections, ...ofAccounts] : ofConnections;
    expect([...printed.keys()].sort()).toEqual(rows.map(([name]) => name).sort());
    expect(code).toBe(6);
  });
});

test('how long a host may take stands in tapbook.yml, among the options, or in the inventory, which wins', async () => {
  await using silent = await startScriptedSshServer({ onSocket: () => 'silent' });
  await using mute = await startScriptedSshServer({ onCommand: (_command, start) => void start() });
  await using folder = await makeTemporaryDirectory('tapbook-waits-');
  const lines = [
    `silent ${at(silent, '').vars}`,
    `silenter ${at(silent, 'ansible_ssh_timeout=9').vars}`,
    `mute ${at(mute, 'ansible_timeout=60').vars}`,
    `muter ${at(mute, 'ansible_timeout=60 tapbook_probe_timeout=3s').vars}`,
  ];
  await writeFile(join(folder.path, 'hosts.ini'), lines.join('\n'));
  await writeFile(join(folder.path, 'tapbook.yml'), 'inventory: hosts.ini\nconnect_timeout: 1h\nprobe_timeout: 1\n');
  const { code, stdout, stderr } = await runTapbook(['facts', '--connect-timeout', '8s'], { cwd: folder.path });
  expect(stdout.replaceAll(String(silent.port), 'PORT')).toBe(`silent
    unreachable: 127.0.0.1:PORT did not answer within 8 s (SSH handshake)
    is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m
silenter
    unreachable: 127.0.0.1:PORT did not answer within 9 s (SSH handshake)
    is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m
mute
    failed: the host did not answer within 1 s, and not when asked again
    give it longer: --probe-timeout 2m; or see by ssh what hangs there: \`sudo -n true\`, \`df /tmp\` or the login shell
muter
    failed: the host did not answer within 3 s, and not when asked again
    give it longer: --probe-timeout 2m; or see by ssh what hangs there: \`sudo -n true\`, \`df /tmp\` or the login shell
`);
  expect(stderr).toBe(
    'warning connection: mute did not answer within 1 s, and is asked again\n' +
      'warning connection: muter did not answer within 3 s, and is asked again\n',
  );
  expect(code).toBe(6);
});

function told(name: string): readonly string[] {
  const lines = printed.get(name)?.split('\n') ?? [];
  return lines.some(line => line.startsWith('kernel ')) ? lines.filter(line => line.startsWith('user ')) : lines;
}
