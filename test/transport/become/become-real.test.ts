import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Become } from '../../../src/model/host.ts';
import { err } from '../../../src/model/result.ts';
import { Secret } from '../../../src/model/secret.ts';
import { startAs } from '../../../src/transport/become/become.ts';
import { startProcess } from '../../../src/transport/local/start-process.ts';
import { runCommand } from '../../../src/transport/run-command.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../../support/loopback-sshd.ts';
import {
  isInstalled,
  loginPassword,
  makeThrowAwayUsers,
  type ThrowAwayUsers,
  targetPassword,
  whyNoDoas,
  whyNoGerman,
  whyNoUsers,
} from './become-rig.ts';

/** The real sudo, su and doas, with accounts that are made for it. */
const missing = whyNoUsers();
const noDoas = whyNoDoas();
const noBusybox = isInstalled('busybox') ? undefined : 'busybox is not installed';
const noGerman = whyNoGerman();
for (const why of missing === undefined ? [noDoas, noBusybox, noGerman] : [missing]) {
  if (why !== undefined) process.stderr.write(`become-real.test.ts is skipped, wholly or in part: ${why}\n`);
}
const canBeTried = ({ become }: { readonly become: Partial<Become> }): boolean =>
  (become.method !== 'doas' || noDoas === undefined) && (become.program !== 'BUSYBOX' || noBusybox === undefined);

/** 10 kB on each output, the last line without its end, and all that could be taken for an answer. */
const noise = [
  'i=0; while [ $i -lt 200 ]; do echo "noise: sudo: sorry, try again. Password: $i"; i=$((i + 1)); done',
  'i=0; while [ $i -lt 200 ]; do echo "noise: su: Authentication failure. Password: $i" >&2; i=$((i + 1)); done',
  'printf "Password: "; printf "Password: " >&2',
].join('\n');

describe.skipIf(missing !== undefined)('really', () => {
  let users: ThrowAwayUsers;
  let sshd: LoopbackSshd;
  let folder: string;
  beforeAll(async () => {
    users = await makeThrowAwayUsers();
    sshd = await startLoopbackSshd({ user: users.login });
    folder = await mkdtemp(join(tmpdir(), 'tapbook-become-'));
    await chmod(folder, 0o755);
    if (noBusybox !== undefined) return;
    await mkdir(join(folder, 'busybox'));
    await copyFile(execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim(), join(folder, 'busybox/su'));
    await chmod(join(folder, 'busybox/su'), 0o4755);
  });
  afterAll(async () => {
    await sshd[Symbol.asyncDispose]();
    await users[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const open: Connection[] = [];
  beforeEach(() => users.reset());
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection[Symbol.asyncDispose]();
    await rm(join(sshd.directory, '.bashrc'), { force: true });
  });

  /** `TARGET` stands for the account to become, `BUSYBOX` for busybox's su. */
  const settings = ({ user = 'TARGET', ...rest }: Partial<Become>): Become => ({
    method: 'sudo',
    user: user.replace('TARGET', users.target),
    ...rest,
    ...(rest.program === 'BUSYBOX' ? { program: join(folder, 'busybox/su') } : {}),
  });

  const overSsh = async (become: Partial<Become>): Promise<Connection> => {
    const { host } = sshd;
    const settled = { ...host.connection, become: settings(become) };
    const connected = await createSshTransport().connect({ ...host, connection: settled }, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    open.push(connected.value);
    return connected.value;
  };

  /** The local adapter's processes, as the user who logs in elsewhere. */
  const locally = async (
    become: Partial<Become>,
    more: { readonly limitMs?: number; readonly locale?: string; readonly flags?: readonly string[] } = {},
  ): Promise<Connection> => {
    const { login } = users;
    const { locale = '', flags = [], limitMs = 30_000 } = more;
    const ids = [`--reuid=${login}`, `--regid=${login}`, '--init-groups'];
    const loggedIn = ['setsid', '--wait', 'setpriv', ...ids, ...flags] as const;
    const language = locale === '' ? [] : [`LC_ALL=${locale}`];
    const environment = ['env', '-i', 'PATH=/usr/bin:/bin', `HOME=/home/${login}`, ...language];
    const never = new AbortController().signal;
    return {
      closed: new Promise(() => undefined),
      exec: (argv, { signal }) =>
        startAs(
          settings(become),
          argv,
          (command, limit) => startProcess([...loggedIn, ...environment, ...command], limit, never),
          signal,
          limitMs,
        ),
      [Symbol.asyncDispose]: async () => undefined,
    };
  };

  const run = async (to: Connection, argv: readonly [string, ...string[]], stdin = '') => {
    const signal = new AbortController().signal;
    return runCommand(to, argv, { signal, as: 'become-user', limitMs: 25_000, maxOutputBytes: 1_000_000, stdin });
  };

  /** Cause and cure on one line, with stand-in names. */
  const lineOf = async (to: Connection): Promise<string> => {
    const result = await run(to, ['id', '-un']);
    const { error } = result.ok ? err({ kind: 'none', cause: JSON.stringify(result.value), cure: '' }) : result;
    expect(`${error.cause}${error.cure}`).not.toContain('secret');
    return `${error.kind}: ${error.cause}; ${error.cure ?? ''}`
      .replaceAll(users.login, 'LOGIN')
      .replaceAll(users.target, 'TARGET')
      .replaceAll(folder, 'FOLDER');
  };

  describe.each([
    { over: 'ssh', connect: overSsh },
    { over: 'local', connect: (become: Partial<Become>) => locally(become) },
  ])('over $over', ({ connect }) => {
    const everyWay: readonly {
      readonly how: string;
      readonly become: Partial<Become>;
      readonly sudo?: readonly string[];
      readonly doas?: readonly string[];
    }[] = [
      { how: 'sudo without a password', become: {}, sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL'] },
      {
        how: 'sudo with a password that it does not ask for',
        become: { password: new Secret(loginPassword) },
        sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL'],
      },
      { how: 'sudo with a password', become: { password: new Secret(loginPassword) }, sudo: ['LOGIN ALL=(ALL) ALL'] },
      {
        how: 'sudo with a password and -n among the flags',
        become: { password: new Secret(loginPassword), flags: ['-Hn', '-n'] },
        sudo: ['LOGIN ALL=(ALL) ALL'],
      },
      {
        how: 'sudo by its path, through a login shell',
        become: { program: '/usr/bin/sudo', flags: ['-i'] },
        sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL'],
      },
      {
        how: 'sudo with a lecture',
        become: { password: new Secret(loginPassword) },
        sudo: ['LOGIN ALL=(ALL) ALL', 'Defaults:LOGIN lecture=always'],
      },
      {
        how: 'sudo with the password of the other user',
        become: { password: new Secret(targetPassword) },
        sudo: ['LOGIN ALL=(ALL) ALL', 'Defaults:LOGIN targetpw'],
      },
      { how: 'su', become: { method: 'su', password: new Secret(targetPassword) } },
      {
        how: 'sudo through a shell, with a password',
        become: { flags: ['--shell'], password: new Secret(loginPassword) },
        sudo: ['LOGIN ALL=(ALL) ALL'],
      },
      { how: 'su -', become: { method: 'su', password: new Secret(targetPassword), flags: ['-'] } },
      {
        how: 'su of busybox',
        become: { method: 'su', password: new Secret(targetPassword), program: 'BUSYBOX' },
      },
      { how: 'doas', become: { method: 'doas' }, doas: ['permit nopass LOGIN as TARGET cmd /bin/sh'] },
      {
        how: 'doas with a password that it does not ask for',
        become: { method: 'doas', password: new Secret(loginPassword) },
        doas: ['permit nopass keepenv LOGIN'],
      },
    ];
    it.each(everyWay.filter(canBeTried))('$how', async ({ become, sudo = [], doas = [] }) => {
      await users.allowSudo(...sudo);
      if (doas.length > 0) await users.allowDoas(...doas);
      const script = 'id -un; printf "%s\n" "$1"; cat; echo err >&2; exit 5';
      const result = await run(await connect(become), ['sh', '-c', script, 'sh', "it's $x \\n !"], 'in\x04\x03\nput');
      expect(result).toEqual({
        ok: true,
        value: {
          exit: { kind: 'code', code: 5 },
          stdout: `${users.target}\nit's $x \\n !\nin\x04\x03\nput`,
          stderr: 'err\n',
        },
      });
    });

    const right = new Secret(loginPassword);
    const wrong = new Secret('wr0ng');
    const faults: readonly {
      readonly fault: string;
      readonly become: Partial<Become>;
      readonly sudo?: readonly string[];
      readonly doas?: readonly string[];
      readonly make?: readonly string[];
      readonly line: string;
    }[] = [
      {
        fault: 'sudo: a wrong password',
        become: { password: wrong },
        sudo: ['LOGIN ALL=(ALL) ALL'],
        line: 'become: cannot become TARGET: sudo refuses the password; check ansible_become_password, or ask for it with -K',
      },
      {
        fault: 'sudo: a wrong password, answered by an insult',
        become: { password: wrong },
        sudo: ['LOGIN ALL=(ALL) ALL', 'Defaults:LOGIN insults'],
        line: 'become: cannot become TARGET: sudo refuses the password; check ansible_become_password, or ask for it with -K',
      },
      {
        fault: 'sudo: a wrong password, and only one try',
        become: { password: wrong },
        sudo: ['LOGIN ALL=(ALL) ALL', 'Defaults:LOGIN passwd_tries=1'],
        line: 'become: cannot become TARGET: sudo refuses the password; check ansible_become_password, or ask for it with -K',
      },
      {
        fault: 'sudo: no password is given',
        become: {},
        sudo: ['LOGIN ALL=(ALL) ALL'],
        line: 'become: cannot become TARGET: sudo asks for a password; give it (-K, ansible_become_password), or allow NOPASSWD in sudoers',
      },
      {
        fault: 'sudo: no such program',
        become: { program: '/opt/none/sudo' },
        line: 'become: cannot become TARGET: there is no program /opt/none/sudo; check ansible_become_exe',
      },
      {
        fault: 'sudo: requiretty',
        become: {},
        sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL', 'Defaults:LOGIN requiretty'],
        line: 'become: cannot become TARGET: sudo: sorry, you must have a tty to run sudo; set Defaults !requiretty for this user in sudoers',
      },
      {
        fault: 'sudo: not in sudoers',
        become: { password: right },
        line: 'become: cannot become TARGET: LOGIN is not in the sudoers file; allow this user to run sh as TARGET in sudoers',
      },
      {
        fault: 'sudo: a command that is not allowed',
        become: { password: right },
        sudo: ['LOGIN ALL=(ALL) /usr/bin/id'],
        line: 'become: cannot become TARGET: sudoers does not let this user run sh as TARGET; allow this user to run sh as TARGET in sudoers',
      },
      {
        fault: 'sudo: a user who is not allowed',
        become: { password: right, user: 'root' },
        sudo: ['LOGIN ALL=(TARGET) ALL'],
        line: 'become: cannot become root: sudoers does not let this user run sh as root; allow this user to run sh as root in sudoers',
      },
      {
        fault: 'sudo: no such user',
        become: { user: 'tapbook-test-nobody' },
        sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL'],
        line: 'become: cannot become tapbook-test-nobody: there is no such user; check ansible_become_user',
      },
      {
        fault: 'sudo: the password has expired',
        become: { password: right },
        sudo: ['LOGIN ALL=(ALL) ALL'],
        make: ['chage', '-d', '0', 'LOGIN'],
        line: 'become: cannot become TARGET: the password of the login user has expired; set a new one there with passwd',
      },
      {
        fault: 'sudo -i: the shell is nologin',
        become: { flags: ['-i'] },
        sudo: ['LOGIN ALL=(ALL) NOPASSWD: ALL'],
        make: ['usermod', '--shell', '/usr/sbin/nologin', 'TARGET'],
        line: 'become: cannot become TARGET: the shell of TARGET lets nobody in; leave -i out of ansible_become_flags',
      },
      {
        fault: 'su: a wrong password',
        become: { method: 'su', password: wrong },
        line: 'become: cannot become TARGET: su refuses the password; su wants that of TARGET, whose account may be locked, too: check ansible_become_password or -K',
      },
      {
        fault: 'su: no password is given',
        become: { method: 'su' },
        line: 'become: cannot become TARGET: su asks for a password; give that of TARGET (-K, ansible_become_password), or use sudo',
      },
      {
        fault: 'su: no such user',
        become: { method: 'su', user: 'tapbook-test-nobody' },
        line: 'become: cannot become tapbook-test-nobody: there is no such user; check ansible_become_user',
      },
      {
        fault: 'su: the account is locked',
        become: { method: 'su', password: new Secret(targetPassword) },
        make: ['usermod', '--lock', 'TARGET'],
        line: 'become: cannot become TARGET: su refuses the password; su wants that of TARGET, whose account may be locked, too: check ansible_become_password or -K',
      },
      {
        fault: 'su: the account has expired',
        become: { method: 'su', password: new Secret(targetPassword) },
        make: ['chage', '-E', '0', 'TARGET'],
        line: 'become: cannot become TARGET: the account of TARGET has expired or is locked; see chage -l TARGET there',
      },
      {
        fault: 'su: the password has expired',
        become: { method: 'su', password: new Secret(targetPassword) },
        make: ['chage', '-d', '0', 'TARGET'],
        line: 'become: cannot become TARGET: the password of TARGET has expired; set a new one there with passwd',
      },
      {
        fault: 'su: the shell is nologin',
        become: { method: 'su', password: new Secret(targetPassword) },
        make: ['usermod', '--shell', '/usr/sbin/nologin', 'TARGET'],
        line: 'become: cannot become TARGET: the shell of TARGET lets nobody in; use ansible_become_method: sudo, which needs no login shell',
      },
      {
        fault: 'su: the shell is false',
        become: { method: 'su', password: new Secret(targetPassword) },
        make: ['usermod', '--shell', '/bin/false', 'TARGET'],
        line: 'become: cannot become TARGET: su ended without a word; look at the shell of TARGET: one like /bin/false lets nobody in; sudo needs none',
      },
      {
        fault: 'busybox su: a wrong password',
        become: { method: 'su', password: wrong, program: 'BUSYBOX' },
        line: 'become: cannot become TARGET: FOLDER/busybox/su refuses the password; su wants that of TARGET, whose account may be locked, too: check ansible_become_password or -K',
      },
      {
        fault: 'busybox su: no password is given',
        become: { method: 'su', program: 'BUSYBOX' },
        line: 'become: cannot become TARGET: FOLDER/busybox/su asks for a password; give that of TARGET (-K, ansible_become_password), or use sudo',
      },
      {
        fault: 'busybox su: no such user',
        become: { method: 'su', user: 'tapbook-test-nobody', program: 'BUSYBOX' },
        line: 'become: cannot become tapbook-test-nobody: there is no such user; check ansible_become_user',
      },
      {
        fault: 'doas: no rules',
        become: { method: 'doas' },
        line: 'become: cannot become TARGET: doas has no /etc/doas.conf; write one with a rule for this user: permit nopass … as TARGET',
      },
      {
        fault: 'doas: no rule for this user',
        become: { method: 'doas' },
        doas: ['permit nopass TARGET'],
        line: 'become: cannot become TARGET: doas does not allow it; add a rule for this user to /etc/doas.conf: permit nopass … as TARGET',
      },
      {
        fault: 'doas: a password is wanted',
        become: { method: 'doas', password: right },
        doas: ['permit LOGIN'],
        line: 'become: cannot become TARGET: doas asks for a password on a terminal; allow it with nopass in /etc/doas.conf',
      },
      {
        fault: 'doas: no such user',
        become: { method: 'doas', user: 'tapbook-test-nobody' },
        doas: ['permit nopass LOGIN'],
        line: 'become: cannot become tapbook-test-nobody: there is no such user; check ansible_become_user',
      },
      {
        fault: 'doas: wrong rules',
        become: { method: 'doas' },
        doas: ['perm LOGIN'],
        line: 'become: cannot become TARGET: doas: syntax error at line 1; mend /etc/doas.conf',
      },
    ];
    it.each(faults.filter(canBeTried))('$fault', async ({ become, sudo = [], doas = [], make = [], line }) => {
      await users.allowSudo(...sudo);
      if (doas.length > 0) await users.allowDoas(...doas);
      const [program, ...args] = make.map(word => word.replace('LOGIN', users.login).replace('TARGET', users.target));
      if (program !== undefined) users.change(program, ...args);
      expect(await lineOf(await connect(become))).toBe(line);
    });
  });

  it('is not confused by files that login shells read, over ssh', async () => {
    for (const user of [users.login, users.target]) users.change('usermod', '--shell', '/bin/bash', user);
    await users.allowSudo('LOGIN ALL=(ALL) ALL');
    // bash reads it where sshd starts it.
    await writeFile(join(sshd.directory, '.bashrc'), noise);
    for (const name of ['.profile', '.bash_profile', '.bashrc'])
      await writeFile(`/home/${users.target}/${name}`, noise);
    const su = { method: 'su', password: new Secret(targetPassword) } as const;
    const ways: readonly Partial<Become>[] = [
      su,
      { ...su, flags: ['-l'] },
      { password: new Secret(loginPassword) },
      { password: new Secret(loginPassword), flags: ['-i'] },
    ];
    for (const become of ways) {
      const result = await run(await overSsh(become), ['sh', '-c', 'id -un; cat; echo err >&2'], 'input');
      expect(result).toEqual({
        ok: true,
        value: { exit: { kind: 'code', code: 0 }, stdout: `${users.target}\ninput`, stderr: 'err\n' },
      });
      const refused = await lineOf(await overSsh({ ...become, password: new Secret('wr0ng') }));
      expect(refused).toMatch(/^become: cannot become TARGET: (?:su|sudo) refuses the password;/);
    }
    const none = await lineOf(await overSsh({ program: '/opt/none' }));
    expect(none).toBe('become: cannot become TARGET: there is no program /opt/none; check ansible_become_exe');
  });

  it.each(['bash', 'dash', 'fish', 'zsh', 'ksh', 'tcsh'].filter(isInstalled))('su and sudo -i by %s', async shell => {
    for (const user of [users.login, users.target]) users.change('usermod', '--shell', `/usr/bin/${shell}`, user);
    await users.allowSudo('LOGIN ALL=(ALL) NOPASSWD: ALL');
    const ways: readonly Partial<Become>[] = [
      { method: 'su', password: new Secret(targetPassword) },
      { method: 'su', password: new Secret(targetPassword), flags: ['-'] },
      { flags: ['-i'] },
    ];
    for (const become of ways) {
      const result = await run(await overSsh(become), ['printf', '%s|', "it's", '$x !', '"\\n\n', 'é*']);
      expect(result.ok ? result.value.stdout : result.error).toBe(`it's|$x !|"\\n\n|é*|`);
    }
  });

  it('says that the login shell lets nobody in', async () => {
    users.change('usermod', '--shell', '/usr/sbin/nologin', users.login);
    expect(await lineOf(await overSsh({}))).toBe(
      'become: cannot become TARGET: the login shell ended before sudo was called: This account is currently not available; look at the shell of the login user, and at the files that it reads',
    );
  });

  it.skipIf(noGerman !== undefined)(
    'understands programs that would speak German, and leaves the locale to the command',
    async () => {
      await using german = await speakGerman();
      await users.allowSudo('LOGIN ALL=(ALL) ALL');
      const wrong = new Secret('wr0ng');
      const su = { method: 'su', password: new Secret(targetPassword) } as const;
      const sudo = { password: new Secret(loginPassword) };
      const inGerman = (become: Partial<Become>): Promise<Connection> => locally(become, { locale: german.locale });
      expect(await lineOf(await inGerman({ password: wrong }))).toContain(': sudo refuses the password;');
      expect(await lineOf(await inGerman({}))).toContain(': sudo asks for a password;');
      expect(await lineOf(await inGerman({ ...su, password: wrong }))).toContain(': su refuses the password;');
      for (const become of [su, sudo]) {
        const result = await run(await inGerman(become), ['sh', '-c', 'env | grep ^LC_; cat /none']);
        expect(result).toEqual({
          ok: true,
          value: {
            exit: { kind: 'code', code: 1 },
            stdout: `LC_ALL=${german.locale}\n`,
            stderr: 'cat: /none: Datei oder Verzeichnis nicht gefunden\n',
          },
        });
      }
      const without = await run(await locally(su, { locale: '' }), ['sh', '-c', 'env | grep LC_; true']);
      expect(without.ok && without.value.stdout).toBe('');
    },
  );

  it('says that the account of who calls sudo has expired', async () => {
    await users.allowSudo('LOGIN ALL=(ALL) ALL');
    users.change('chage', '-E', '0', users.login);
    expect(await lineOf(await locally({ password: new Secret(loginPassword) }))).toBe(
      'become: cannot become TARGET: the account of the login user has expired or is locked; see chage -l and passwd -S there',
    );
  });

  it('says that nobody can become another user where the flag says so', async () => {
    await users.allowSudo('LOGIN ALL=(ALL) NOPASSWD: ALL');
    expect(await lineOf(await locally({}, { flags: ['--no-new-privs'] }))).toBe(
      'become: cannot become TARGET: the "no new privileges" flag is set there, with which nobody becomes another user; see NoNewPrivileges of the service or container that logs in',
    );
  });

  it('waits for a sudo that is silent up to the limit, and no longer', async () => {
    await users.allowSudo('LOGIN ALL=(ALL) ALL', `Defaults:LOGIN pam_service=${users.pamService}`);
    await users.addPamService('auth required pam_exec.so /bin/sleep 20');
    const slow = await locally({ password: new Secret(loginPassword) }, { limitMs: 500 });
    expect(await lineOf(slow)).toBe(
      'become: sudo did not become TARGET within 0.5 s; try it by hand there: sudo -k; sudo true',
    );
  });

  it('ends at once when it is told to', async () => {
    const stop = new AbortController();
    const connection = await locally({ method: 'su', password: new Secret('wr0ng') });
    const running = expect(connection.exec(['true'], { signal: stop.signal, as: 'become-user' })).rejects.toThrow(
      'enough',
    );
    stop.abort(new Error('enough'));
    await running;
  });
});

/** A locale of its own name for as long as a test needs it: programs with more rights than their caller read no other. */
async function speakGerman(): Promise<{ readonly locale: string } & AsyncDisposable> {
  const path = '/usr/lib/locale/de_DE.utf8';
  const isThere = existsSync(path);
  if (!isThere) execFileSync('/usr/bin/localedef', ['--no-archive', '-i', 'de_DE', '-f', 'UTF-8', path]);
  return {
    locale: 'de_DE.UTF-8',
    async [Symbol.asyncDispose]() {
      if (!isThere) await rm(path, { recursive: true });
    },
  };
}
