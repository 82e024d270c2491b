import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeStandIns, type StandIns, type StdinPlan } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { moduleBytes, said, supervise } from './supervisor-rig.ts';

const lockName = 'tapbook-lock-standin_module';

async function makeSlow(): Promise<StandIns> {
  const standIns = await makeStandIns();
  await standIns.add('staprun', '[ "$1" = -d ] || { echo LOADED; sleep 2; }');
  return standIns;
}

const boot = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

const whole: StdinPlan = { bytes: moduleBytes, meanwhile: child => once(child, 'exit') };

describe.each(shells)('the lock of a module, in %s', (_name, shell) => {
  test('of many at once one gets it, and the others say who has it', { timeout: 60_000 }, async () => {
    await using standIns = await makeSlow();
    const runs = ['A', 'B', 'C', 'D', 'E'];
    const rans = await Promise.all(runs.map(run => supervise(shell, standIns, { run, stdin: whole })));
    const loaded = runs.filter((_, index) => rans[index]?.stdout.toString() === 'LOADED\n');
    expect(loaded).toHaveLength(1);
    for (const [index, run] of runs.entries()) {
      const words = said(rans[index] ?? { stderr: '' });
      if (run === loaded[0]) expect(words).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
      else expect(words).toEqual([`refused locked ${loaded[0]}`, 'ended -1 SECONDS none removed']);
    }
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test('another module does not wait for it', { timeout: 60_000 }, async () => {
    await using standIns = await makeSlow();
    const calls = [{ module: 'one' }, { module: 'two' }];
    const rans = await Promise.all(calls.map(call => supervise(shell, standIns, { ...call, stdin: whole })));
    expect(rans.map(ran => ran.stdout.toString())).toEqual(['LOADED\n', 'LOADED\n']);
  });

  test.each([
    ['a process that is gone', async () => `OLD,${await boot()},99999999,1`],
    ['a process whose number is used anew', async () => `OLD,${await boot()},${process.pid},1`],
    ['an earlier boot', async () => `OLD,00000000-0000-0000-0000-000000000000,${process.pid},1`],
    ['who was killed before it said who it is', async () => ''],
    ['words that are none of ours', async () => 'x y;$(id)'],
  ])('that of %s is taken over', { timeout: 30_000 }, async (_what, holder) => {
    await using standIns = await makeSlow();
    await mkdir(join(standIns.folder, lockName, await holder()), { recursive: true });
    const ran = await supervise(shell, standIns, { stdin: whole });
    expect(said(ran)).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
    expect(await readdir(standIns.folder)).toEqual(['staprun']);
  });

  test('that of a process that has ended, though nobody has waited for it, is taken over', async () => {
    await using standIns = await makeSlow();
    // Who takes its place does not know that it has a child, which ends only then.
    const careless = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [text] = (await once(careless.stdout, 'data')) as [Buffer];
      const pid = text.toString().trim();
      const fields = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ');
      await expect.poll(async () => (await fields())[2], { timeout: 10_000 }).toBe('Z');
      await mkdir(join(standIns.folder, lockName, `OLD,${await boot()},${pid},${(await fields())[21]}`), {
        recursive: true,
      });
      const ran = await supervise(shell, standIns, { stdin: whole });
      expect(said(ran)).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
      expect(await readdir(standIns.folder)).toEqual(['staprun']);
    } finally {
      careless.kill();
    }
  });

  test('what is no folder, or has something else in it, stays as it is', { timeout: 60_000 }, async () => {
    await using standIns = await makeSlow();
    const victim = join(standIns.folder, 'victim');
    await mkdir(join(victim, 'inside'), { recursive: true });
    const lock = join(standIns.folder, lockName);
    await symlink(victim, lock);
    const linked = await supervise(shell, standIns, { stdin: whole });
    expect(said(linked)).toEqual([`refused squatted ${lock} ${userInfo().username}`, 'ended -1 SECONDS none removed']);
    expect(linked.stdout.toString()).toBe('');
    expect(await readdir(victim)).toEqual(['inside']);

    const locks = join(standIns.folder, 'locks');
    await mkdir(join(locks, lockName, 'thing', 'inside'), { recursive: true });
    const filled = await supervise(shell, standIns, { locks, stdin: whole });
    expect(said(filled)).toEqual([`refused no-lock ${join(locks, lockName)}`, 'ended -1 SECONDS none removed']);
    expect(await readdir(join(locks, lockName, 'thing'))).toEqual(['inside']);
  });

  test("another user's is refused by their name", { timeout: 30_000, skip: userInfo().uid !== 0 }, async () => {
    await using standIns = await makeSlow();
    const lock = join(standIns.folder, lockName);
    await mkdir(lock);
    await chown(lock, Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout), 0);
    const ran = await supervise(shell, standIns, { stdin: whole });
    expect(said(ran)).toEqual([`refused squatted ${lock} nobody`, 'ended -1 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('');
  });
});
