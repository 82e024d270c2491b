import { execFileSync, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, type Finished, parseEvents, type Running, startTapbook } from '../support/tapbook.ts';

/** How an apply ends before its time; each time nothing may be left on the hosts. */
const why = whyNoFleet();
if (why !== undefined) console.log(`how runs are interrupted is left out: ${why}`);

let fleet: StandInFleet;
let playbook = '';

beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1', 'db2');
  playbook = await fleet.playbook(
    'io.yml',
    `- hosts: db\n  scripts:\n    - { name: io, inline: 'probe timer.s(1) { println(1) }', duration: 10m }\n`,
  );
}, 60_000);
afterEach(async () => {
  for (const host of fleet?.hosts ?? []) await host.behaveWell();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Running {
  return startTapbook(['apply', playbook, '-i', fleet.inventory, ...args], { env: { ...fleet.env, ...env } });
}

/** Both hosts have printed something. */
async function streams(running: Running, text = 'db2 | line 2'): Promise<void> {
  await becomes(
    async () => running.stdout(),
    said => said.includes(text) && said.includes('line 2'),
  );
  expect(running.stdout(), running.stderr()).toContain(text);
}

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

/** The program at the end of a shell's line, of which its exit code is told in a file. */
function shellLine(args: string): { readonly line: string; readonly code: () => Promise<string> } {
  const file = join(fleet.folder, 'code');
  const line = `rm -f ${file}; ${process.execPath} ${program} apply ${playbook} -i ${fleet.inventory} ${args}; echo $? >${file}`;
  const read = (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  return { line, code: () => becomes(read, text => text !== '') };
}

async function runShell(line: string): Promise<Finished> {
  const child = spawn('bash', ['-c', line], {
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...fleet.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', text => {
    stdout += text;
  });
  child.stderr.on('data', text => {
    stderr += text;
  });
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** The files of locks that are left on this side. */
async function locks(): Promise<readonly string[]> {
  return readdir(join(fleet.folder, 'state/tapbook/locks')).catch(() => []);
}

/** By when it was made: runs of one second have names in any order. */
async function lastRun(): Promise<string> {
  const folder = join(fleet.folder, 'state/tapbook/runs');
  const runs = (await readdir(folder)).map(async run => ({
    run,
    born: (await stat(join(folder, run, 'run.json'))).birthtimeMs,
  }));
  const last = (await Promise.all(runs)).reduce((one, other) => (other.born > one.born ? other : one));
  return join(folder, last.run);
}

describe.skipIf(why !== undefined)('signals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s once: all is stopped in order', async signal => {
    const running = start();
    await streams(running);
    running.kill(signal);
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(130);
    for (const host of ['db1', 'db2']) expect(stdout).toContain(`${host} | END\n`);
    expect(stderr).toContain(
      `${signal}: no further host is begun; scripts are stopped and unloaded. Once more leaves that to their lease.`,
    );
    expect(stderr).toContain('2 interrupted; exit 130');
    expect(stderr).not.toContain('tapbook clean');
    expect(await fleet.left()).toEqual([]);
    expect(await locks()).toEqual([]);
  });

  test('SIGINT while a module is built: stap ends, nothing is loaded', async () => {
    await fleet.host('db1').behave('slow-build');
    const args = ['-e', 'x=1', '--flush-cache'];
    const running = startTapbook(['apply', await slowPlaybook(), '-i', fleet.inventory, ...args], { env: fleet.env });
    await becomes(
      async () => running.stderr(),
      text => text.includes('canary for') || text.includes('build slow'),
    );
    running.kill('SIGINT');
    const { code, stdout } = await running.finished;
    expect([code, stdout]).toEqual([130, '']);
    expect(await becomes(fleet.left, left => left.length === 0)).toEqual([]);
  });

  async function slowPlaybook(): Promise<string> {
    return fleet.playbook(
      'slow.yml',
      `- hosts: db\n  scripts: [{ name: slow, inline: 'probe begin {}', duration: 1m }]\n`,
    );
  }

  test('SIGINT twice leaves hosts to their lease, and tells how to clean up', async () => {
    for (const host of fleet.hosts) await host.behave('slow-end');
    const running = start(['--lease', '7']);
    await streams(running);
    running.kill('SIGINT');
    await becomes(
      async () => running.stderr(),
      text => text.includes('SIGINT'),
    );
    // What comes at once is the same key press, handed on by npx or sudo.
    running.kill('SIGINT');
    await new Promise(resolve => setTimeout(resolve, 300));
    running.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    const run = (await lastRun()).split('/').at(-1);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `tapbook: db[1,2] did not say that nothing is left; what still runs there ends with its lease of 7 s. Then look and clean up with: tapbook clean ${run} -i ${fleet.inventory}`,
    );
    expect(await locks()).toEqual([]);
    expect((await fleet.left()).length).toBeGreaterThan(0);
    expect(await becomes(fleet.left, left => left.length === 0)).toEqual([]);
  }, 120_000);

  test('a terminal that closes: stopped in order, though HUP may come twice and nothing can be printed', async () => {
    const { line, code } = shellLine('');
    const shell = `trap : HUP; ${line}`;
    const terminal = spawn('script', ['-qfc', shell, '/dev/null'], {
      env: { PATH: process.env['PATH'], TERM: 'xterm', SHELL: '/bin/sh', ...fleet.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    terminal.stdout.on('data', text => {
      shown += text;
    });
    await becomes(
      async () => shown,
      text => text.includes('line 2'),
    );
    expect(shown).toContain('line 2');
    terminal.kill('SIGKILL');
    expect(await code()).toBe('130\n');
    expect(await fleet.left()).toEqual([]);
    expect(await locks()).toEqual([]);
    const summary = JSON.parse(await readFile(join(await lastRun(), 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ complete: true, finished: { exitCode: 130, hosts: { interrupted: 2 } } });
  });
});

describe.skipIf(why !== undefined)('output that cannot be written', () => {
  test.each(['text', 'json'])(
    'a reader that goes early, as %s: scripts are stopped in order; they were cut short: 130',
    async format => {
      const { line, code } = shellLine(`--format ${format}`);
      const { stdout, stderr } = await runShell(`{ ${line}; } | head -n 8`);
      expect(stdout.trimEnd().split('\n')).toHaveLength(8);
      expect(await code()).toBe('130\n');
      if (format === 'text')
        expect(stderr).toContain('nobody reads standard output any more: no further host is begun');
      expect(stderr).not.toContain('bug');
      expect(await fleet.left()).toEqual([]);
      expect(JSON.parse(await readFile(join(await lastRun(), 'summary.json'), 'utf8'))).toMatchObject({
        complete: true,
      });
    },
  );

  test('a reader that goes when nothing is cut short: 0', async () => {
    const short = await fleet.playbook(
      'short.yml',
      `- hosts: db1\n  scripts: [{ name: short, inline: 'probe begin {}', duration: 1s }]\n`,
    );
    const all = `${process.execPath} ${program} apply ${short} -i ${fleet.inventory} --quiet`;
    const { stdout } = await runShell(`${all} | true; echo $\{PIPESTATUS[0]}`);
    expect(stdout).toBe('0\n');
  });

  test('a full disk under standard output: stopped in order, exit 2, and said', async () => {
    await using disk = await smallDisk();
    await fleet.host('db1').behave('flood');
    const { line, code } = shellLine(`>${disk.path}/out.txt`);
    const { stderr } = await runShell(line);
    expect(await code()).toBe('2\n');
    expect(stderr).toContain('standard output cannot be written (ENOSPC: no space left on device, write)');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'tapbook: the output is incomplete: ENOSPC: no space left on device, write',
    );
    expect(await fleet.left()).toEqual([]);
    // The history is on another disk, and has it all.
    expect(await readFile(join(await lastRun(), 'output/db1.txt'), 'utf8')).toContain('END\n');
  });

  test('a full disk under the history: the run goes on, and says once that it is incomplete', async () => {
    await using disk = await smallDisk();
    await fleet.host('db1').behave('flood');
    const running = start(['--format', 'json'], { XDG_STATE_HOME: disk.path });
    await becomes(
      async () => running.stdout(),
      text => text.includes('incomplete'),
    );
    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.finished;
    expect([code, stderr]).toEqual([130, '']);
    const notices = eventsOf(parseEvents(stdout), 'notice').map(({ text }) => text);
    expect(notices.filter(text => text.includes('incomplete'))).toEqual([
      expect.stringMatching(/^the history in \/.* is incomplete: ENOSPC: no space left on device/),
    ]);
    for (const host of ['db1', 'db2']) {
      const lines = eventsOf(parseEvents(stdout), 'line').filter(line => line.host === host);
      expect(lines.at(-1)?.text, host).toBe('END');
    }
    expect(await fleet.left()).toEqual([]);
    expect(await readdir(join(disk.path, 'tapbook/locks'))).toEqual([]);
  });

  test('a full disk under the history of a run that ends by itself: exit 2, and of each host it is said', async () => {
    await using disk = await smallDisk();
    await fleet.host('db1').behave('flood');
    const running = start(['--format', 'json'], { XDG_STATE_HOME: disk.path });
    await becomes(
      async () => running.stdout(),
      text => text.includes('incomplete'),
    );
    for (const host of fleet.hosts) await host.behave('exits');
    const { code, stdout } = await running.finished;
    const events = parseEvents(stdout);
    expect([code, eventsOf(events, 'run-finished')[0]?.exitCode]).toEqual([2, 2]);
    const flooded = eventsOf(events, 'host-finished').find(({ host }) => host === 'db1');
    expect(flooded?.outcome).toEqual({
      kind: 'degraded',
      notes: [expect.stringMatching(/^some of its output could not be kept: ENOSPC: no space left on device/)],
    });
    expect(await fleet.left()).toEqual([]);
  });

  test.each([
    [
      'full',
      async (path: string) => writeFile(join(path, 'ballast'), Buffer.alloc(4 << 20)).catch(() => undefined),
      'ENOSPC: no space left on device, write',
    ],
    [
      'read-only',
      async (path: string) => void execFileSync('mount', ['-o', 'remount,ro', path]),
      "EROFS: read-only file system, mkdir 'DISK/tapbook/locks'",
    ],
  ])('a %s disk before the run has begun: exit 3, no host is touched', async (_what, spoil, error) => {
    await using disk = await smallDisk();
    await mkdir(join(disk.path, 'tapbook'));
    await spoil(disk.path);
    const { code, stdout, stderr } = await start([], { XDG_STATE_HOME: disk.path }).finished;
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr.replaceAll(disk.path, 'DISK')).toBe(
      `error no-lock: cannot take a lock in DISK/tapbook/locks: ${error}; set XDG_STATE_HOME to a folder of your own that can be written to\n`,
    );
    expect(await fleet.left()).toEqual([]);
  });

  test('a full disk under the cache: apply runs what it has built; build has not done its work', async () => {
    await using disk = await smallDisk();
    await writeFile(join(disk.path, 'ballast'), Buffer.alloc(4 << 20)).catch(() => undefined);
    const path = await fleet.playbook(
      'once.yml',
      `- hosts: db1\n  scripts: [{ name: once, inline: 'probe begin {}', duration: 1s }]\n`,
    );
    const run = (command: string) =>
      startTapbook([command, path, '-i', fleet.inventory], { env: { ...fleet.env, XDG_CACHE_HOME: disk.path } })
        .finished;
    const applied = await run('apply');
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('END')]);
    expect(applied.stderr).toContain(
      'warning: the module once cannot be kept in the cache: ENOSPC: no space left on device',
    );
    const built = await run('build');
    expect(built.code).toBe(2);
    expect(built.stderr).toContain(`free some space in ${disk.path}/tapbook/modules`);
    expect(await fleet.left()).toEqual([]);
  });

  /** A file system of one megabyte. */
  async function smallDisk(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = join(fleet.folder, 'disk');
    await mkdir(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
    return {
      path,
      async [Symbol.asyncDispose]() {
        execFileSync('umount', ['-l', path]);
        await rm(path, { recursive: true });
      },
    };
  }
});

describe.skipIf(why !== undefined)('--timeout', () => {
  test('stops the run in order: exit 2', async () => {
    const { code, stdout, stderr } = await start(['--timeout', '4s']).finished;
    expect(code).toBe(2);
    for (const host of ['db1', 'db2']) expect(stdout).toContain(`${host} | END\n`);
    expect(stderr).toContain(
      'the 4 s of --timeout are over: no further host is begun; scripts are stopped and unloaded.',
    );
    expect(await fleet.left()).toEqual([]);
  });

  test('stops builds too', async () => {
    await fleet.host('db1').behave('slow-build');
    const path = await fleet.playbook(
      'slower.yml',
      `- hosts: db\n  scripts: [{ name: slower, inline: 'probe begin {}', duration: 1m }]\n`,
    );
    const { code, stderr } = await startTapbook(
      ['build', path, '-i', fleet.inventory, '--timeout', '3', '--flush-cache'],
      {
        env: fleet.env,
      },
    ).finished;
    expect(code).toBe(2);
    expect(stderr).toContain('the 3 s of --timeout are over: builds are stopped.');
    expect(await becomes(fleet.left, left => left.length === 0)).toEqual([]);
  });
});
