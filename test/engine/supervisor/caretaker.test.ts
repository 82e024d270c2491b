import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { caretakerScript } from '../../../src/engine/supervisor/caretaker.generated.ts';
import { makeStandIns, type StandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { canOwnKernel, loadingStaprun, ownKernel } from './supervisor-rig.ts';

const limit = { timeout: 60_000 };

interface Rig extends AsyncDisposable {
  readonly standIns: StandIns;
  /** The supervisor's folder, and its lock's. */
  readonly folder: string;
  readonly lock: string;
  /** Stands in for the main shell. */
  readonly main: ChildProcess;
  readonly caretaker: ChildProcess;
  readonly ended: Promise<unknown>;
  /** What of the supervisor's is there. */
  readonly left: () => readonly string[];
}

/** A caretaker over a supervisor that has a folder, a lock, and a module that is loaded. */
async function startRig(shell: readonly string[], facts: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const standIns = await makeStandIns();
  await standIns.add('staprun', loadingStaprun);
  const folder = join(standIns.folder, 'tapbook-RUN-1');
  const lock = join(standIns.folder, 'tapbook-lock-trial');
  await mkdir(join(lock, 'holder'), { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, 'started'), '');
  const main = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const [program = '', ...args] = [
    ...ownKernel('mkdir /sys/module/trial', 'echo live >/sys/module/trial/initstate'),
    ...shell,
    '-s',
  ];
  const env = {
    PATH: `${standIns.folder}:${process.env['PATH']}`,
    tapbook_nonce: `NONCE-${folder}`,
    tapbook_dir: folder,
    tapbook_module: 'trial',
    tapbook_main: String(main.pid),
    tapbook_main_began: await began(main),
    tapbook_own_session: '1',
    tapbook_lock: lock,
    tapbook_holder: 'holder',
    tapbook_arming: '60',
    tapbook_limit: '60',
    tapbook_ending: '20',
    tapbook_lease: '60',
    tapbook_patience: '1',
    ...facts,
  };
  const caretaker = spawn(program, args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(caretaker, 'exit');
  caretaker.stdin.end(caretakerScript);
  const isThere = async (): Promise<boolean> =>
    (await readdir(folder).catch(() => [])).some(name => name.startsWith('caretaker,'));
  await expect.poll(isThere, { timeout: 20_000 }).toBe(true);
  const places = [folder, lock, `/proc/${caretaker.pid}/root/sys/module/trial`];
  return {
    standIns,
    folder,
    lock,
    main,
    caretaker,
    ended,
    left: () => places.filter(place => existsSync(place)),
    async [Symbol.asyncDispose]() {
      main.kill('SIGKILL');
      caretaker.kill('SIGKILL');
      await ended;
      await standIns[Symbol.asyncDispose]();
    },
  };
}

/** Field 22. */
function began({ pid }: ChildProcess): Promise<string> {
  return statOf(pid, 22);
}

/** The fields of /proc/PID/stat behind its name, which is the second. */
async function statOf(pid: number | undefined, field: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[field - 3] ?? '';
}

/** A watch, as far as the caretaker looks: it waits for children of its own. */
async function addWatch({ folder }: Rig): Promise<ChildProcess> {
  const watch = spawn('sh', ['-c', 'while :; do sleep 0.2; done'], { stdio: 'ignore' });
  await writeFile(join(folder, `watch,${watch.pid},${await began(watch)}`), '');
  return watch;
}

describe.skipIf(!canOwnKernel).concurrent.each(shells)('a caretaker in %s', (_name, shell) => {
  test('takes away module, folder and lock when its supervisor was killed, and ends', limit, async () => {
    await using rig = await startRig(shell);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const) rig.caretaker.kill(signal);
    await sleep(3000);
    expect(rig.left()).toHaveLength(3);
    expect(await readFile(`/proc/${rig.caretaker.pid}/comm`, 'utf8')).toBe('caretaker\n');
    rig.main.kill('SIGKILL');
    await rig.ended;
    expect(rig.left()).toEqual([]);
    expect(await readdir(rig.standIns.folder)).toEqual(['staprun']);
  });

  test('waits for the watch, which takes it all away where it can', limit, async () => {
    await using rig = await startRig(shell);
    const watch = await addWatch(rig);
    rig.main.kill('SIGKILL');
    await sleep(5000);
    expect(rig.left()).toHaveLength(3);
    watch.kill('SIGKILL');
    await rig.ended;
    expect(rig.left()).toEqual([]);
  });

  test('ends a supervisor that stands still for longer than its lease', limit, async () => {
    // 60 s more than the lease are allowed.
    await using rig = await startRig(shell, {
      tapbook_lease: '-56',
      tapbook_own_session: await statOf(process.pid, 6),
    });
    const watch = await addWatch(rig);
    await sleep(6000);
    expect(rig.left()).toHaveLength(3);
    watch.kill('SIGSTOP');
    rig.main.kill('SIGSTOP');
    await rig.ended;
    expect(rig.left()).toEqual([]);
    watch.kill('SIGKILL');
  });

  test('has nothing to do for one that has ended in order, and nothing of the next run is touched', limit, async () => {
    await using rig = await startRig(shell);
    // Another run has the module and the lock by now.
    await rm(rig.folder, { recursive: true });
    await mkdir(join(rig.lock, 'another'));
    await rm(join(rig.lock, 'holder'), { recursive: true });
    const module = `/proc/${rig.caretaker.pid}/root/sys/module/trial`;
    expect(existsSync(module)).toBe(true);
    rig.main.kill('SIGKILL');
    rig.caretaker.kill('SIGUSR1');
    await rig.ended;
    expect(await readdir(rig.lock)).toEqual(['another']);
  });

  test('leaves a module alone that another run has loaded in between', limit, async () => {
    await using rig = await startRig(shell);
    // The script has ended by itself, and who holds the lock has loaded the module.
    const another = join(rig.lock, `OTHER,BOOT,${process.pid},${await statOf(process.pid, 22)}`);
    await mkdir(another);
    await rm(join(rig.lock, 'holder'), { recursive: true });
    const module = openSync(`/proc/${rig.caretaker.pid}/root/sys/module/trial`, 'r');
    rig.main.kill('SIGKILL');
    await rig.ended;
    const { nlink } = fstatSync(module);
    closeSync(module);
    expect(nlink).toBeGreaterThan(0);
    expect(existsSync(rig.folder)).toBe(false);
    expect(existsSync(another)).toBe(true);
  });

  test('takes the module away all the same if another run has only looked at it', limit, async () => {
    await using rig = await startRig(shell);
    const another = join(rig.lock, `OTHER,BOOT,${process.pid},${await statOf(process.pid, 22)}`);
    await mkdir(another);
    await rm(join(rig.lock, 'holder'), { recursive: true });
    const calls = join(rig.standIns.folder, 'calls');
    await rig.standIns.add('staprun', `echo called >>'${calls}'; ${loadingStaprun}`);
    rig.main.kill('SIGKILL');
    await sleep(1000);
    await rm(another, { recursive: true });
    await rig.ended;
    expect(existsSync(rig.folder)).toBe(false);
    expect(await readFile(calls, 'utf8')).toBe('called\n');
  });

  test('leaves a module alone that its supervisor has not begun to load', limit, async () => {
    await using rig = await startRig(shell);
    await rm(join(rig.folder, 'started'));
    const calls = join(rig.standIns.folder, 'calls');
    await rig.standIns.add('staprun', `echo called >>'${calls}'`);
    rig.main.kill('SIGKILL');
    await rig.ended;
    expect(existsSync(calls)).toBe(false);
    expect(existsSync(rig.folder)).toBe(false);
    expect(existsSync(rig.lock)).toBe(false);
  });

  test(
    'gives up after its time where the module cannot be unloaded, and leaves the folder that names it',
    limit,
    async () => {
      await using rig = await startRig(shell, { stays: 'yes', tapbook_ending: '1' });
      rig.main.kill('SIGKILL');
      await rig.ended;
      expect(existsSync(rig.folder)).toBe(true);
      expect(existsSync(join(rig.lock, 'holder'))).toBe(true);
    },
  );
});
