import { chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { killAll } from '../support/kill-all.ts';
import {
  becomes,
  type StandInFleet,
  type StandInHost,
  startStandInFleet,
  whyNoFleet,
} from '../support/stand-in-fleet.ts';
import { type Running, runTapbook, startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`cleaning hosts is left out: ${why}`);

const oldRun = '20261120T010203Z-aaaaaa';
const otherRun = '20261121T010203Z-bbbbbb';

describe.skipIf(why !== undefined)('on hosts', () => {
  let fleet: StandInFleet;
  let db1: StandInHost;

  beforeAll(async () => {
    fleet = await startStandInFleet('db1', 'db2');
    db1 = fleet.host('db1');
  }, 60_000);
  afterAll(() => fleet?.[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const host of fleet.hosts) {
      for (const one of await readdir(join(host.root, 'run'))) {
        if (one.startsWith('tapbook-')) await rm(join(host.root, 'run', one), { recursive: true });
      }
      for (const one of await host.left())
        if (one.startsWith('/tmp/')) await rm(join(host.root, one), { recursive: true });
      for (const one of await host.loaded()) await rm(join(host.root, 'sys/module', one), { recursive: true });
    }
  });

  const clean = (...args: readonly string[]) =>
    runTapbook(['clean', ...args, '-i', fleet.inventory], { env: fleet.env });

  /** What a supervisor leaves that was killed together with its staprun. */
  async function plant(host: StandInHost, run: string, module: string, loaded: 'loaded' | 'gone'): Promise<string> {
    const path = `/tmp/tapbook-${run}-${module}`;
    await mkdir(join(host.root, path));
    await writeFile(join(host.root, path, `${module}.ko`), '');
    if (loaded === 'loaded') await load(host, module);
    return path;
  }

  async function load(host: StandInHost, module: string, how: 'left' | 'busy' = 'left'): Promise<void> {
    await mkdir(join(host.root, 'sys/module', module), { recursive: true });
    await writeFile(join(host.root, 'sys/module', module, how === 'busy' ? 'busy' : 'initstate'), 'live\n');
  }

  test('where nothing is left, that is said', async () => {
    expect(await clean()).toEqual({
      code: 0,
      stdout: 'db[1,2]\n    nothing is left\ncaches: nothing to remove\n',
      stderr: '',
    });
  });

  test('folders and the modules in them go; with --check they are only shown', async () => {
    await plant(db1, oldRun, 'io', 'loaded');
    await plant(db1, otherRun, 'net', 'gone');
    // Nobody of ours has loaded it.
    await load(db1, 'nfs');
    const shown = await clean('--check');
    expect([shown.code, shown.stdout]).toMatchInlineSnapshot(`
      [
        0,
        "db1
          would unload io
          would remove /tmp/tapbook-20261120T010203Z-aaaaaa-io
          would remove /tmp/tapbook-20261121T010203Z-bbbbbb-net
      db2
          nothing is left
      caches: nothing to remove
      ",
      ]
    `);
    expect(await db1.loaded()).toEqual(['io', 'nfs']);
    const done = await clean('--hosts', 'db1');
    expect([done.code, done.stderr, done.stdout]).toMatchInlineSnapshot(`
      [
        0,
        "",
        "db1
          unloaded io
          removed /tmp/tapbook-20261120T010203Z-aaaaaa-io
          removed /tmp/tapbook-20261121T010203Z-bbbbbb-net
      caches: nothing to remove
      ",
      ]
    `);
    expect(await fleet.left()).toEqual(['db1 nfs']);
  });

  test('of one run only what is its own', async () => {
    await plant(db1, oldRun, 'io', 'loaded');
    const other = await plant(db1, otherRun, 'net', 'loaded');
    const { code, stdout, stderr } = await clean(oldRun, '--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      {
        host: 'db1',
        result: 'cleaned',
        modules: ['io'],
        folders: [`/tmp/tapbook-${oldRun}-io`],
        locks: [],
        kept: [],
        failed: [],
      },
      { host: 'db2', result: 'clean', modules: [], folders: [], locks: [], kept: [], failed: [] },
    ]);
    expect(await db1.left()).toEqual([other, 'net']);
  });

  test('what is not ours, or is a link, stays', async () => {
    const theirs = await plant(db1, oldRun, 'io', 'loaded');
    await chown(join(db1.root, theirs), 65534, 65534);
    const precious = join(db1.root, 'precious');
    await mkdir(precious);
    await writeFile(join(precious, 'data'), '');
    await symlink(precious, join(db1.root, `/tmp/tapbook-${otherRun}-link`));
    const { code, stdout } = await clean('--hosts', 'db1');
    expect([code, stdout]).toMatchInlineSnapshot(`
      [
        0,
        "db1
          kept /tmp/tapbook-20261120T010203Z-aaaaaa-io: it belongs to nobody
      caches: nothing to remove
      ",
      ]
    `);
    expect(await db1.loaded()).toEqual(['io']);
    expect(await readdir(precious)).toEqual(['data']);
  });

  test('what is in use stays with its folder: exit 2; with a host that cannot be reached: exit 6', async () => {
    await plant(db1, oldRun, 'io', 'loaded');
    await load(db1, 'io', 'busy');
    const gone = join(fleet.folder, 'gone.ini');
    await writeFile(gone, 'web1 ansible_host=127.0.0.1 ansible_port=1\n');
    const { code, stdout } = await clean('-i', gone);
    expect([code, stdout]).toMatchInlineSnapshot(`
      [
        6,
        "web1
          UNREACHABLE: 127.0.0.1:1 refuses connections
          is sshd running there, and is ansible_port right?
      db1
          FAILED io: ERROR: 'io' is not a zombie systemtap module.
          FAILED /tmp/tapbook-20261120T010203Z-aaaaaa-io: io is still loaded
      db2
          nothing is left
      caches: nothing to remove
      ",
      ]
    `);
    expect((await clean('--hosts', 'db1')).code).toBe(2);
    expect((await runTapbook(['clean', '-i', gone], { env: fleet.env })).code).toBe(4);
  });

  test('a live run is left alone; when controller, supervisor and staprun were killed, its history tells what is left', async () => {
    const playbook = await fleet.playbook(
      'io.yml',
      `- hosts: db\n  scripts: [{ name: io, inline: 'probe begin {}', duration: 10m }]\n`,
    );
    const running = startTapbook(['apply', playbook, '-i', fleet.inventory], { env: fleet.env });
    await becomes(
      async () => running.stdout(),
      text => text.includes('db1 | line 3') && text.includes('db2 | line 3'),
    );
    const [run = ''] = await readdir(join(fleet.folder, 'state/tapbook/runs'));
    const live = await clean(run);
    expect(live.code).toBe(0);
    const ofRun = new RegExp(`${run}-\\w+`, 'g');
    expect(live.stdout.replaceAll(ofRun, 'RUN')).toBe(
      ['db1', 'db2'].map(host => `${host}\n    kept /tmp/tapbook-RUN: its run is live\n`).join(''),
    );

    await endAll(run, running);
    // The folder alone would not tell any more what the module is.
    const [folder = ''] = (await db1.left()).filter(one => one.startsWith('/tmp/'));
    expect(folder).toContain(run);
    await rm(join(db1.root, folder), { recursive: true });
    expect([await fleet.host('db1').loaded(), await fleet.host('db2').loaded()]).toEqual([['io'], ['io']]);
    const { code, stdout, stderr } = await clean(run);
    expect([code, stderr]).toEqual([0, '']);
    // Also where nobody has seen to the processes that were killed.
    const lock = '    removed the lock /run/tapbook-lock-io\n';
    expect(stdout.replaceAll(ofRun, 'RUN')).toBe(
      `db1\n    unloaded io\n${lock}db2\n    unloaded io\n    removed /tmp/tapbook-RUN\n${lock}`,
    );
    expect(await fleet.left()).toEqual([]);
  });

  /** Ends a run's controller, its supervisors, their stapruns and their caretakers, so that none of them can clean up. */
  async function endAll(run: string, controller: Running): Promise<void> {
    const pids = (await Promise.all(fleet.hosts.map(host => host.caretakers()))).flat();
    for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const isSupervisor = line.includes('\0tapbook-supervisor\0') && line.includes(`\0${run}\0`);
      if (isSupervisor || fleet.hosts.some(({ root }) => line.includes(`${root}/bin/staprun`))) pids.push(Number(pid));
    }
    // Nobody sees the others go.
    killAll(pids, 'SIGSTOP');
    controller.kill('SIGKILL');
    await controller.finished;
    killAll(pids);
    await becomes(fleet.left, left => !left.some(one => one.includes('process')));
  }

  test('the locks of supervisors that are gone', async () => {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const own = (await readFile('/proc/self/stat', 'utf8')).replace(/^.*\) /s, '').split(' ')[19];
    const lock = (module: string, holder: string) =>
      mkdir(join(db1.root, 'run', `tapbook-lock-${module}`, holder), { recursive: true });
    await lock('over', `${oldRun},${boot},4194305,1`);
    await lock('rebooted', `${otherRun},00000000-0000-0000-0000-000000000000,${process.pid},${own}`);
    await lock('held', `${oldRun},${boot},${process.pid},${own}`);
    await lock('full', `${otherRun},${boot},4194305,1/precious`);
    await lock('strange', 'x; reboot');
    await symlink('/etc', join(db1.root, 'run/tapbook-lock-link'));
    expect((await clean(oldRun, '--check', '--hosts', 'db1')).stdout).toBe(
      'db1\n    would remove the lock /run/tapbook-lock-over\n',
    );
    const { code, stdout } = await clean('--hosts', 'db1');
    expect([code, stdout.replace(/^caches: .*\n/m, '')]).toMatchInlineSnapshot(`
      [
        2,
        "db1
          removed the lock /run/tapbook-lock-over
          removed the lock /run/tapbook-lock-rebooted
          FAILED /run/tapbook-lock-full: nobody holds this lock, but it cannot be removed
      ",
      ]
    `);
    expect((await readdir(join(db1.root, 'run'))).filter(one => one.startsWith('tapbook-')).sort()).toEqual([
      'tapbook-lock-full',
      'tapbook-lock-held',
      'tapbook-lock-link',
      'tapbook-lock-strange',
    ]);
  });

  test('a run of another machine: only by its folders, and that is said', async () => {
    await plant(db1, oldRun, 'io', 'gone');
    const { code, stderr } = await runTapbook(['clean', oldRun, '-i', fleet.inventory], {
      env: { ...fleet.env, XDG_STATE_HOME: join(fleet.folder, 'elsewhere') },
    });
    expect([code, stderr]).toEqual([
      0,
      `warning no-history: run ${oldRun} is not in ${fleet.folder}/elsewhere/tapbook/runs: only folders of its name are looked for\n`,
    ]);
    expect(await fleet.left()).toEqual([]);
  });

  test.each(['../../etc', '20261120T010203Z', `${oldRun}/..`])('%j is no run: exit 5', async text => {
    const { code, stderr } = await clean(text);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^error no-run: (?:no run ".*"; `tapbook runs` lists them|there are no runs yet; they are kept in .*)\n$/,
    );
  });
});

describe('here', () => {
  let folder = '';
  let cache = '';
  let env: Readonly<Record<string, string>> = {};
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tapbook-clean-'));
    cache = join(folder, 'cache/tapbook');
    env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function plant(path: string, ageDays: number): Promise<string> {
    const whole = join(cache, path);
    if (path.endsWith('.json')) {
      await mkdir(join(whole, '..'), { recursive: true });
      await writeFile(whole, '{}');
    } else {
      await mkdir(whole, { recursive: true });
      await writeFile(join(whole, 'io.ko'), Buffer.alloc(1000));
    }
    const then = new Date(Date.now() - ageDays * 86_400_000);
    await utimes(whole, then, then);
    return whole;
  }

  const key = (digit: string): string => digit.repeat(64);

  test('what was long of no use goes, and nothing that we do not know', async () => {
    await plant(`modules/${key('a')}`, 40);
    await plant(`modules/${key('b')}`, 10);
    await plant('modules/.making-0123456789ab', 3);
    await plant('modules/notes', 100);
    await plant(`canaries/${key('c')}.json`, 40);
    await plant(`build-hosts/${key('d')}`, 2);
    const precious = await plant('precious', 100);
    const longAgo = new Date(0);
    await symlink(precious, join(cache, 'modules', key('e')));
    await utimes(join(cache, 'modules'), longAgo, longAgo);
    const shown = await runTapbook(['clean', '--check'], { env });
    expect(shown).toEqual({
      code: 0,
      stdout: 'caches: would remove 1 module, 1 canary record, 1 build host (3kB)\n',
      stderr: '',
    });
    expect((await runTapbook(['clean'], { env })).stdout).toBe(
      'caches: removed 1 module, 1 canary record, 1 build host (3kB)\n',
    );
    expect((await readdir(join(cache, 'modules'))).sort()).toEqual([key('b'), key('e'), 'notes']);
    const all = await runTapbook(['clean', '--cache-age', '0s', '--format', 'json'], { env });
    expect(JSON.parse(all.stdout)).toMatchObject({ cache: { modules: 2, canaries: 0 }, result: 'cleaned' });
    expect((await readdir(join(cache, 'modules'))).sort()).toEqual(['notes']);
    expect(await readdir(precious)).toEqual(['io.ko']);
  });

  test('the lock of a run that is gone', async () => {
    const locks = join(folder, 'state/tapbook/locks');
    await mkdir(locks, { recursive: true });
    const stale = { format: 'tapbook-lock/1', id: 'x', pid: 4194305, started: '1', boot: 'before' };
    await writeFile(join(locks, `${'0'.repeat(32)}.lock`), JSON.stringify(stale));
    expect((await runTapbook(['clean'], { env })).stdout).toBe('caches: removed 1 stale lock (0B)\n');
    expect(await readdir(locks)).toEqual([]);
  });
});
