import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supervise } from '../../../src/engine/supervisor/supervise.ts';
import type { Supervision } from '../../../src/engine/supervisor/supervision.ts';
import type { KernelRelease, Machine, ModuleName, RunId } from '../../../src/model/ids.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { startLoopbackSshd } from '../../support/loopback-sshd.ts';
import { makeStandIns } from '../../support/run-script.ts';
import { isInstalled } from '../../transport/become/become-rig.ts';
import { machine, release } from './supervisor-rig.ts';

const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex') as Artifact['sha256'];
const module = 'standin_module' as ModuleName;
const artifact: Artifact = { ...({} as Artifact), module, bytes, sha256, binaries: [] };

let programs = '';
let uploads = '';
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'stand-ins-'));
  uploads = join(programs, 'uploads');
  await mkdir(uploads);
  await Promise.all([chmod(programs, 0o755), chmod(uploads, 0o777)]);
});
afterAll(() => rm(programs, { recursive: true, force: true }));

async function addStaprun(script: string): Promise<void> {
  await writeFile(join(programs, 'staprun'), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, 'staprun'), 0o755);
}

const path = (): string => `${programs}:/usr/local/bin:/usr/bin:/bin`;

function supervision(rest: Pick<Supervision, 'connection'> & Partial<Supervision>): {
  readonly options: Supervision;
  readonly lines: string[];
} {
  const lines: string[] = [];
  const options: Supervision = {
    run: '20260101T000000Z-abcd' as RunId,
    script: { module, build: 'b' as BuildId, globals: [], limitSeconds: 60, end: 'by-itself' },
    artifact,
    kernel: { release: release as KernelRelease, machine: machine as Machine },
    as: 'login-user',
    uploadDirectory: uploads,
    leaseSeconds: 60,
    armSeconds: 60,
    endSeconds: 60,
    watch: {},
    stop: new AbortController().signal,
    abandon: new AbortController().signal,
    onLoaded: () => lines.push('loaded'),
    onArmed: () => lines.push('armed'),
    onLine: (stream, text) => {
      lines.push(`${stream} ${text}`);
      return undefined;
    },
    ...rest,
  };
  return { options, lines };
}

const loginShells = ['/bin/tcsh', '/bin/csh', '/usr/bin/fish', '/bin/zsh', '/bin/mksh', '/bin/bash', '/bin/sh'];

describe.skipIf(userInfo().uid !== 0)('over a real sshd, for an account whose login shell is', () => {
  const user = `tapbook-test-s${randomBytes(4).toString('hex')}`;
  const change = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: 'ignore' });
  beforeAll(() => change('useradd', '--create-home', '--password', '*', user));
  afterAll(() => change('userdel', '--force', '--remove', user));

  test.each(loginShells.filter(shell => isInstalled(basename(shell))))('%s', { timeout: 30_000 }, async shell => {
    change('usermod', '--shell', shell, user);
    const show =
      'shift 2; sha256sum <"$1"; shift; for word in "$@"; do printf "[%s]\\n" "$word"; done; id -un; echo "a!b" >&2';
    await addStaprun(show);
    await using sshd = await startLoopbackSshd({ user, config: [`SetEnv HOME=/home/${user} PATH=${path()}`] });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using connection = connected.value;
    const globals = [
      { name: 'a', value: "it's! $HOME `id` \\ !! %s" },
      { name: 'b', value: 'two\nlines' },
    ];
    const { options, lines } = supervision({
      connection,
      script: { module, build: 'b' as BuildId, globals, limitSeconds: 60, end: 'by-itself' },
      watch: { maxLoadPerCpu: 10_000, stopAtLoadPerCpu: 10_000, stopAtFreeMemoryBytes: 1 },
    });
    const run = await supervise(options);
    expect(run.end).toEqual({ kind: 'exited' });
    expect(run.left).toEqual({ module: 'none', directory: 'removed' });
    expect(run.unchecked).toEqual([]);
    expect([...lines].sort()).toEqual(
      [
        'stderr a!b',
        `stdout ${sha256}  -`,
        'stdout [a="it\'s! $HOME `id` \\ !! %s"]',
        'stdout [b="two',
        'stdout lines"]',
        `stdout ${user}`,
      ].sort(),
    );
    expect(await readdir(uploads)).toEqual([]);
  });
});

describe('over a real sshd', () => {
  test.each([
    ['/bin/dash', ''],
    ['/bin/bash', ''],
    ['/bin/busybox', 'sh'],
  ])('whose sh is %s', { timeout: 30_000 }, async (program, applet) => {
    await addStaprun(
      'shift 2; sha256sum <"$1"; shift; for word in "$@"; do printf "[%s]\\n" "$word"; done; echo "a!b" >&2',
    );
    await using own = await makeStandIns();
    await own.add('sh', `exec ${program} ${applet} "$@"`);
    await using sshd = await startLoopbackSshd({ path: `${own.folder}:${path()}` });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using connection = connected.value;
    const { options, lines } = supervision({ connection });
    const run = await supervise(options);
    expect(run.end).toEqual({ kind: 'exited' });
    expect(run.left).toEqual({ module: 'none', directory: 'removed' });
    expect([...lines].sort()).toEqual(['stderr a!b', `stdout ${sha256}  -`]);
    expect(await readdir(uploads)).toEqual([]);
  });

  test('one that has no folder takes no module, and ends all the same', { timeout: 30_000 }, async () => {
    await using sshd = await startLoopbackSshd({ path: path() });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using connection = connected.value;
    const { options } = supervision({ connection, uploadDirectory: '/no/such/folder' });
    expect((await supervise(options)).end).toMatchObject({ kind: 'failed', failure: { stage: 'upload' } });
  });

  test('a connection that goes leaves nothing', { timeout: 60_000 }, async () => {
    await addStaprun(`exec perl -e '$| = 1; $SIG{INT} = sub { exit 0 }; print "started\\n"; sleep 1 while 1'`);
    await using sshd = await startLoopbackSshd({ path: path() });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    const { options, lines } = supervision({ connection: connected.value });
    const running = supervise(options);
    await expect.poll(() => lines, { timeout: 20_000 }).toEqual(['stdout started']);
    await sshd.stop();
    const run = await running;
    expect(run.end.kind).toBe('lost');
    expect(run.left).toEqual({ module: 'unknown', directory: 'unknown' });
    expect(run.sinceLoad?.boot).toMatch(/^[0-9a-f-]{36}$/);
    await expect.poll(() => readdir(uploads), { timeout: 40_000 }).toEqual([]);
  });

  test('what the host refuses has its cause and its cure', { timeout: 60_000 }, async () => {
    await addStaprun('echo LOADED');
    await using sshd = await startLoopbackSshd({ path: path() });
    const connected = await createSshTransport().connect(sshd.host, connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    await using connection = connected.value;
    const { options, lines } = supervision({ connection, watch: { maxLoadPerCpu: 0.001 } });
    const run = await supervise(options);
    expect(run.end).toMatchObject({
      kind: 'failed',
      failure: {
        stage: 'load',
        cause: expect.stringMatching(/^its load is \d+\.\d\d for each CPU now, the playbook allows 0\.001$/),
        cure: 'wait, or raise max_load_per_cpu',
      },
    });
    expect(run.left).toEqual({ module: 'none', directory: 'removed' });
    expect(lines).toEqual([]);
  });
});
