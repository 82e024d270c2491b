import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';

/** Accounts that live as long as a test file: who logs in, and who is to be become. */
export interface ThrowAwayUsers extends AsyncDisposable {
  readonly login: string;
  readonly target: string;
  /** Both accounts as they were made, no rule for sudo, none for doas. */
  reset(): Promise<void>;
  /** Lines of sudoers(5), of which `LOGIN` and `TARGET` mean the two. */
  allowSudo(...lines: readonly string[]): Promise<void>;
  allowDoas(...lines: readonly string[]): Promise<void>;
  /** What lines of pam.conf(5) are kept under, which `pam_service` in the rules for sudo can choose. */
  readonly pamService: string;
  addPamService(...lines: readonly string[]): Promise<void>;
  /** A program of the machine that changes accounts. */
  change(program: string, ...args: readonly string[]): void;
}

export const loginPassword = 'l0gin secret';
export const targetPassword = "t'rget $ecret";

/** Why this machine's accounts cannot be used here; undefined where they can. */
export function whyNoUsers(): string | undefined {
  if (userInfo().uid !== 0) return 'not run as root: no account can be made';
  const needed = ['useradd', 'userdel', 'usermod', 'chpasswd', 'chage', 'setpriv', 'sudo', 'su'];
  const missing = needed.find(program => !isInstalled(program));
  return missing === undefined ? undefined : `${missing} is not installed`;
}

export function whyNoDoas(): string | undefined {
  if (!isInstalled('doas')) return 'doas is not installed';
  return existsSync(doasRules) ? `there is a ${doasRules} already` : undefined;
}

/** In German, programs have to be there, and their texts. */
export function whyNoGerman(): string | undefined {
  const needed = ['bin/localedef', 'share/i18n/locales/de_DE', 'share/locale/de/LC_MESSAGES/coreutils.mo'];
  const missing = needed.find(path => !existsSync(`/usr/${path}`));
  return missing === undefined ? undefined : `there is no /usr/${missing}`;
}

export function isInstalled(program: string): boolean {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some(folder => existsSync(`${folder}/${program}`));
}

const doasRules = '/etc/doas.conf';

/** Named at random: files run side by side, and one that was killed has left its own. */
export async function makeThrowAwayUsers(): Promise<ThrowAwayUsers> {
  const own = randomBytes(4).toString('hex');
  const login = `tapbook-test-l${own}`;
  const target = `tapbook-test-t${own}`;
  const sudoRules = `/etc/sudoers.d/tapbook-test-${own}`;
  const pamService = `tapbook-test-${own}`;
  const pamRules = `/etc/pam.d/${pamService}`;
  const run = (program: string, args: readonly string[], input = ''): void => {
    execFileSync(program, args, { input, stdio: ['pipe', 'ignore', 'pipe'] });
  };
  for (const user of [login, target]) run('useradd', ['--create-home', '--shell', '/bin/sh', user]);
  // A method that busybox knows too.
  run('chpasswd', ['-c', 'SHA512'], `${login}:${loginPassword}\n${target}:${targetPassword}\n`);
  const fill = (lines: readonly string[]): string =>
    lines.map(line => `${line.replaceAll('LOGIN', login).replaceAll('TARGET', target)}\n`).join('');
  const put = async (path: string, text: string, mode: number): Promise<void> => {
    // A name with a dot is not read by sudo, and half a file would lock everyone out.
    await writeFile(`${path}.new`, text, { mode });
    await rename(`${path}.new`, path);
  };
  const withoutRules = async (): Promise<void> => {
    await Promise.all(
      [sudoRules, pamRules, ...(madeDoasRules ? [doasRules] : [])].map(path => rm(path, { force: true })),
    );
  };
  let madeDoasRules = false;
  return {
    login,
    target,
    pamService,
    async reset() {
      await withoutRules();
      for (const user of [login, target]) {
        run('usermod', ['--unlock', '--shell', '/bin/sh', user]);
        run('chage', ['-d', '2026-01-01', '-E', '-1', '-M', '-1', '-I', '-1', user]);
      }
    },
    allowSudo: (...lines) => put(sudoRules, fill(lines), 0o440),
    async allowDoas(...lines) {
      madeDoasRules = true;
      await put(doasRules, fill(lines), 0o600);
    },
    addPamService: (...lines) => put(pamRules, fill(lines), 0o644),
    change: (program, ...args) => run(program, args),
    async [Symbol.asyncDispose]() {
      await withoutRules();
      for (const user of [login, target]) run('userdel', ['--remove', '--force', user]);
    },
  };
}
