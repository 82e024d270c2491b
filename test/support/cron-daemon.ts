import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finished } from './tapbook.ts';

/** A real cron with crontabs, /run, HOME and a mailer of its own; its jobs get what cron gives, and nothing else. */
export interface CronDaemon extends AsyncDisposable {
  /** Root's HOME as the jobs see it. */
  readonly home: string;
  /** Runs a program where cron runs, with as little as cron gives. */
  readonly run: (program: string, args: readonly string[], cwd: string) => Promise<Finished>;
  readonly program: string;
  /** The bundled tapbook there. */
  readonly tapbook: (args: readonly string[], cwd: string) => Promise<Finished>;
  /** What was mailed so far: whatever a job has printed. */
  readonly mails: () => Promise<readonly string[]>;
}

/** Why there can be none here; undefined where there can. */
export async function whyNoCron(): Promise<string | undefined> {
  if (userInfo().uid !== 0) return 'a cron of its own needs root';
  return access('/usr/sbin/cron').then(
    () => undefined,
    () => 'there is no cron: install the package cron',
  );
}

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

/** `keep`: folders below the real HOME that stay to be seen. */
export async function startCron(keep: readonly string[] = []): Promise<CronDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'cron-daemon-'));
  const home = join(folder, 'home');
  for (const name of ['home', 'mail', 'sbin', 'crontabs', 'run']) await mkdir(join(folder, name), { mode: 0o755 });
  const mailer = join(folder, 'sendmail');
  await writeFile(
    mailer,
    `#!/bin/sh\nfile=$(mktemp ${folder}/mail/.XXXXXX)\ncat >"$file" && mv "$file" "${folder}/mail/m$$"\n`,
  );
  await chmod(mailer, 0o755);
  const seen = [dirname(dirname(program)), dirname(dirname(process.execPath)), ...keep];
  const child = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', ownSystem, 'sh', folder, userInfo().homedir, ...seen],
    { stdio: ['ignore', 'ignore', 'pipe'], env: {} },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  await begun(child, join(folder, 'ready'), () => said);
  const run: CronDaemon['run'] = (name, args, cwd) => runInside(child, name, args, cwd);
  return {
    home,
    program,
    run,
    tapbook: (args, cwd) => run(process.execPath, [program, ...args], cwd),
    async mails() {
      const names = (await readdir(join(folder, 'mail'))).filter(name => !name.startsWith('.'));
      return Promise.all(names.sort().map(name => readFile(join(folder, 'mail', name), 'utf8')));
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Its file stands there before cron is begun, whose process it becomes. */
async function begun(child: ChildProcess, ready: string, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const name = await readFile(`/proc/${child.pid}/comm`, 'utf8').catch(() => '');
    const isThere = await readFile(ready).then(
      () => true,
      () => false,
    );
    if (isThere && name.trim() === 'cron') return;
    if (child.exitCode !== null) break;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`cron did not start: ${said()}`);
}

function runInside(cron: ChildProcess, name: string, args: readonly string[], cwd: string): Promise<Finished> {
  const words = ['--mount', '--target', String(cron.pid), `--wd=${cwd}`, name, ...args];
  return new Promise(resolve => {
    const env = { PATH: '/usr/bin:/bin', HOME: userInfo().homedir, LOGNAME: userInfo().username };
    const child = execFile('/usr/bin/nsenter', words, { env, timeout: 600_000 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** `sh -c THIS sh FOLDER HOME SEEN…`, in a mount namespace: SEEN are the folders that stay, though they are below HOME. */
const ownSystem = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
folder=$1 home=$2
shift 2
for seen in "$@"; do
  case $seen in
    "$home"/*)
      mkdir -p "$folder/home\${seen#"$home"}"
      mount --rbind "$seen" "$folder/home\${seen#"$home"}"
      ;;
  esac
done
mount --bind /usr/sbin "$folder/sbin"
mount -t tmpfs none /usr/sbin
for file in "$folder"/sbin/*; do ln -s "$file" "/usr/sbin/\${file##*/}"; done
ln -sf "$folder/sendmail" /usr/sbin/sendmail
chgrp crontab "$folder/crontabs"
chmod 1730 "$folder/crontabs"
mount --bind "$folder/crontabs" /var/spool/cron/crontabs
mount --bind "$folder/run" /run
mount -t tmpfs none /etc/cron.d
mount --bind /dev/null /etc/crontab
# As in most containers there may be no login uid to be set.
sed '/pam_loginuid/d' /etc/pam.d/cron >"$folder/pam"
mount --bind "$folder/pam" /etc/pam.d/cron
mount --rbind "$folder/home" "$home"
: >"$folder/ready"
exec /usr/sbin/cron -f -L 15
`;
