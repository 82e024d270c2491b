import { existsSync } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Become, Host } from '../../../src/model/host.ts';
import type { HostName } from '../../../src/model/ids.ts';
import { Secret } from '../../../src/model/secret.ts';
import { routeTransport } from '../../../src/transport/route-transport.ts';
import { type CommandOptions, runCommand } from '../../../src/transport/run-command.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../../support/loopback-sshd.ts';

/**
 * Stands in for sudo as sudo 1.9 behaves, since a test may not change this machine's accounts: what it prints, on which
 * stream, that it reads the password to the newline and no further, and how it ends.
 */
const sudo = String.raw`#!/bin/sh
dir=$(dirname "$0")
printf '%s\n' "$*" >>"$dir/calls"
. "$dir/rules"
while :; do
  case $1 in
    -n) ask=no; shift ;;
    -S | -H) shift ;;
    -p) prompt=$2; shift 2 ;;
    -u) user=$2; shift 2 ;;
    --) shift; break ;;
  esac
done
[ -z "$lecture" ] || printf '%s\n' "$lecture" >&2
[ -z "$refusal" ] || { printf '%s\n' "$refusal" >&2; exit 1; }
if [ -n "$password" ]; then
  [ "$ask" != no ] || { echo 'sudo: a password is required' >&2; exit 1; }
  printf '%s' "$prompt" >&2
  tries=0
  while IFS= read -r line; do
    echo asked >>"$dir/asked"
    [ "$line" != "$password" ] || { BECAME=$user; export BECAME; exec "$@"; }
    tries=$((tries + 1))
    [ $tries -lt 3 ] || { echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }
    printf '%s\n%s' 'Sorry, try again.' "$prompt" >&2
  done
  printf '\nsudo: no password was provided\n' >&2
  exit 1
fi
BECAME=$user
export BECAME
exec "$@"
`;

const transport = routeTransport();
let directory: string;
let sshd: LoopbackSshd;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tapbook-sudo-'));
  sshd = await startLoopbackSshd({ path: `${directory}/bin` });
});
afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

describe.each([
  { kind: 'ssh', connection: () => sshd.host.connection },
  { kind: 'local', connection: () => ({ kind: 'local' as const }) },
])('$kind', ({ connection }) => {
  const open: Connection[] = [];
  beforeEach(async () => {
    await mkdir(join(directory, 'bin'));
    await writeFile(join(directory, 'bin/sudo'), sudo);
    await chmod(join(directory, 'bin/sudo'), 0o755);
    // Nothing else is on the path: a real sudo would be asked otherwise, where the stand-in is taken away.
    for (const tool of ['sh', 'cat', 'dirname', 'printf', 'true'])
      await symlink(await find(tool), join(directory, 'bin', tool));
    vi.stubEnv('PATH', join(directory, 'bin'));
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
    await rm(join(directory, 'bin'), { recursive: true });
    vi.unstubAllEnvs();
  });

  const rules = (text: string): Promise<void> => writeFile(join(directory, 'bin/rules'), text);
  const become = async (settings: Partial<Become> | undefined): Promise<Connection> => {
    const added = settings === undefined ? {} : { become: { method: 'sudo', user: 'root', ...settings } as const };
    const host: Host = { name: 'db1' as HostName, groups: [], vars: {}, connection: { ...connection(), ...added } };
    const connected = await transport.connect(host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    open.push(connected.value);
    return connected.value;
  };
  const run = async (to: Connection, argv: readonly [string, ...string[]], more: Partial<CommandOptions> = {}) => {
    const signal = new AbortController().signal;
    return runCommand(to, argv, { signal, as: 'become-user', limitMs: 20_000, maxOutputBytes: 1_000_000, ...more });
  };
  const show: readonly [string, ...string[]] = [
    'sh',
    '-c',
    'echo "$BECAME:$1"; cat; echo err >&2; exit 5',
    'sh',
    "it's $x",
  ];
  const shown = { exit: { kind: 'code', code: 5 }, stdout: "root:it's $x\nthe input\n", stderr: 'err\n' };

  it('runs the command as it is where the host has no other user to become', async () => {
    await rules('refusal=never');
    const result = await run(await become(undefined), ['sh', '-c', 'echo "$BECAME:"']);
    expect(result).toEqual({ ok: true, value: { exit: { kind: 'code', code: 0 }, stdout: ':\n', stderr: '' } });
  });

  it('runs the command as the login user where that is asked for', async () => {
    await rules('refusal=never');
    const result = await run(await become({}), ['sh', '-c', 'echo "$BECAME:"'], { as: 'login-user' });
    expect(result.ok && result.value.stdout).toBe(':\n');
  });

  it('needs no password where sudo asks for none, and keeps what sudo says apart', async () => {
    await rules("lecture='sudo: unable to resolve host db1: Name or service not known'");
    expect(await run(await become({}), show, { stdin: 'the input\n' })).toEqual({ ok: true, value: shown });
  });

  it('gives the password when it is asked for, and the input only to the command', async () => {
    await rules("password='se cret\\'\nlecture='We trust you have received the usual lecture'");
    const to = await become({ password: new Secret('se cret\\') });
    expect(await run(to, show, { stdin: 'the input\n' })).toEqual({ ok: true, value: shown });
  });

  it('keeps the password out of the input where sudo does not ask for it', async () => {
    await rules('');
    const to = await become({ password: new Secret('secret') });
    expect(await run(to, show, { stdin: 'the input\n' })).toEqual({ ok: true, value: shown });
  });

  it('never puts the password into the arguments', async () => {
    await rules("password='se-cret'");
    await run(await become({ password: new Secret('se-cret'), user: 'postgres' }), ['true']);
    const calls = await readFile(join(directory, 'bin/calls'), 'utf8');
    expect(calls.replaceAll(/[0-9a-f]{18}/g, 'NONCE')).toBe(
      '-S -p tapbook-NONCE-asks -H -u postgres -- /bin/sh -c ' +
        'case $LC_ALL in C) LC_ALL=$LC_TAPBOOK; [ -n "$LC_ALL" ] || unset LC_ALL ;; esac; unset LC_TAPBOOK; ' +
        'echo "$1 runs"; echo "$1 runs" >&2; shift; exec "$@" sh tapbook-NONCE true\n',
    );
  });

  it('says that the password is wrong, after one try', async () => {
    await rules('password=right');
    const result = await run(await become({ password: new Secret('wrong') }), ['cat'], { stdin: 'x\n'.repeat(9) });
    expect(result).toEqual({
      ok: false,
      error: {
        kind: 'become',
        cause: 'cannot become root: sudo refuses the password',
        cure: 'check ansible_become_password, or ask for it with -K',
      },
    });
    expect(await readFile(join(directory, 'bin/asked'), 'utf8')).toBe('asked\n');
  });

  it.each([
    {
      why: 'a password is wanted and there is none',
      rule: 'password=right',
      error: {
        kind: 'become',
        cause: 'cannot become root: sudo asks for a password',
        cure: 'give it (-K, ansible_become_password), or allow NOPASSWD in sudoers',
      },
    },
    {
      why: 'sudo wants a terminal',
      rule: "refusal='sudo: sorry, you must have a tty to run sudo'",
      error: {
        kind: 'become',
        cause: 'cannot become root: sudo: sorry, you must have a tty to run sudo',
        cure: 'set Defaults !requiretty for this user in sudoers',
      },
    },
    {
      why: 'sudoers does not allow it',
      rule: "refusal='ops is not in the sudoers file.'",
      error: {
        kind: 'become',
        cause: 'cannot become root: ops is not in the sudoers file',
        cure: 'allow this user to run sh as root in sudoers',
      },
    },
    {
      why: 'there is no such user',
      rule: "refusal='sudo: unknown user root\nsudo: error initializing audit plugin sudoers_audit'",
      error: { kind: 'become', cause: 'cannot become root: there is no such user', cure: 'check ansible_become_user' },
    },
    {
      why: 'sudo says something else',
      rule: "refusal='sudo: /etc/sudoers is \u001b[31mworld writable'",
      error: { kind: 'become', cause: 'cannot become root: sudo: /etc/sudoers is world writable' },
    },
  ])('fails where $why', async ({ rule, error }) => {
    await rules(rule);
    expect(await run(await become({}), ['true'])).toEqual({ ok: false, error });
  });

  it('fails where there is no sudo', async () => {
    await rm(join(directory, 'bin/sudo'));
    expect(await run(await become({}), ['true'])).toEqual({
      ok: false,
      error: {
        kind: 'become',
        cause: 'cannot become root: sudo is not installed',
        cure: 'install sudo, or connect as that user',
      },
    });
  });

  it('throws the reason of a signal that fires while sudo thinks', async () => {
    await rules('cat >/dev/null; exit 1');
    const to = await become({});
    const stop = new AbortController();
    const running = expect(run(to, ['true'], { signal: stop.signal })).rejects.toThrow('enough');
    await vi.waitUntil(() => existsSync(join(directory, 'bin/calls')), 10_000);
    stop.abort(new Error('enough'));
    await running;
  });
});

async function find(tool: string): Promise<string> {
  const inBin = join('/bin', tool);
  return access(inBin).then(
    () => inBin,
    () => join('/usr/bin', tool),
  );
}
