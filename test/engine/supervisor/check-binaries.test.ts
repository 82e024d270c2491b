import { once } from 'node:events';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ProbedBinary } from '../../../src/model/binary.ts';
import type { ElfBuildId } from '../../../src/model/ids.ts';
import { beginEcho } from '../../support/begin-echo.ts';
import { installProgram } from '../../support/probed-program.ts';
import { makeStandIns, type StandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';
import { said as saidAll, supervise } from './supervisor-rig.ts';

const isRoot = process.getuid?.() === 0;
const id = (byte: string): ElfBuildId => byte.repeat(20) as ElfBuildId;

/** Without what is said in a sandbox whose first process is closed to everybody. */
function said(ran: Parameters<typeof saidAll>[0]): readonly string[] {
  return saidAll(ran).filter(line => line !== 'unchecked init');
}

async function makeLoading(): Promise<StandIns> {
  const standIns = await makeStandIns();
  await standIns.add('staprun', 'echo LOADED');
  return standIns;
}

describe.skipIf(!isRoot).each(shells)('in %s', (name, shell) => {
  async function outcome(standIns: StandIns, binaries: readonly ProbedBinary[]): Promise<readonly string[]> {
    const ran = await supervise(shell, standIns, { binaries });
    const [first = ''] = said(ran);
    // Nothing was loaded unless all was found right, and nothing is left.
    expect(ran.stdout.toString()).toBe(first.startsWith('refused') ? '' : 'LOADED\n');
    expect((await readdir(standIns.folder)).filter(name => name.startsWith('tapbook-'))).toEqual([]);
    return said(ran);
  }

  test('the files that the module is for, and processes of theirs: it is loaded', async () => {
    await using standIns = await makeLoading();
    const one = await installProgram(join(standIns.folder, 'a  "b" $(c) *é\'!'), 0xa1);
    const other = await installProgram(join(standIns.folder, 'other'), 0xb2);
    await symlink(other.path, join(standIns.folder, 'link'));
    await beginEcho(one.path);
    // Installed again: another inode, the same build.
    await installProgram(one.path, 0xa1);
    const link = { ...other, path: join(standIns.folder, 'link') };
    expect(await outcome(standIns, [one, other, link])).toEqual(['ready BOOT', 'ended 0 SECONDS none removed']);
  });

  test('another file, or none, at one of the paths: nothing is loaded', async () => {
    await using standIns = await makeLoading();
    const first = await installProgram(join(standIns.folder, 'first'), 0xa1);
    const { path } = await installProgram(join(standIns.folder, 'a server'), 0xa2);
    const refusal = async (): Promise<string | undefined> =>
      (await outcome(standIns, [first, { path, buildId: id('a1') }]))[0];
    expect(await refusal()).toBe(`refused binary ${id('a2')} ${path}`);
    await writeFile(path, '#!/bin/sh\n');
    expect(await refusal()).toBe(`refused binary not-elf ${path}`);
    await rm(path);
    expect(await refusal()).toBe(`refused binary missing ${path}`);
    await installProgram(path, 0xa1);
    expect(await refusal()).toBe('ready BOOT');
    // A longer build-id that begins alike is another one.
    expect((await outcome(standIns, [{ path, buildId: id('a1').slice(0, 38) as ElfBuildId }]))[0]).toMatch(/^refused/);
  });

  test('a process that was begun before an upgrade: nothing is loaded until it is begun anew', async () => {
    await using standIns = await makeLoading();
    const path = join(standIns.folder, 'server');
    await installProgram(path, 0xa1);
    const old = await beginEcho(path);
    const upgraded = await installProgram(path, 0xa2);
    await beginEcho(path);
    const [refused = '', ...others] = await outcome(standIns, [upgraded]);
    expect(refused).toMatch(new RegExp(`^refused stale 1 ${old.pid}:server:${id('a1')}:deleted:\\S+ ${path}$`));
    expect(others).toEqual(['ended -1 SECONDS none removed']);
    // Through a link it is the same file.
    const link = join(standIns.folder, 'link');
    await symlink(path, link);
    expect((await outcome(standIns, [{ ...upgraded, path: link }]))[0]).toMatch(
      new RegExp(`^refused stale 1 ${old.pid}:.* ${link}$`),
    );
    old.kill();
    await once(old, 'exit');
    expect((await outcome(standIns, [upgraded]))[0]).toBe('ready BOOT');
  });

  // busybox runs its own readlink, whatever the PATH says.
  test.skipIf(name === 'busybox')(
    'snapshots in containers, with the same inode number for other files: each namespace has its own',
    async () => {
      await using standIns = await makeLoading();
      const one = await installProgram(join(standIns.folder, 'server'), 0xa1);
      const other = await installProgram(join(standIns.folder, 'other'), 0xa2);
      const first = await beginEcho(one.path);
      const second = await beginEcho(other.path);
      const { pid } = second;
      // What maps would show of two containers on btrfs: the device, the inode number and the path are the same.
      const line = 'r--p 00000000 00:2a 257';
      const range = async (process: number | undefined): Promise<string | undefined> =>
        (await readFile(`/proc/${process}/maps`, 'utf8')).split(' ')[0];
      await standIns.add(
        'grep',
        `echo '/proc/${first.pid}/maps:${await range(first.pid)} ${line} ${one.path}'
echo '/proc/${pid}/maps:${await range(pid)} ${line} ${one.path}'
echo '/proc/version:Linux version'`,
      );
      await standIns.add(
        'readlink',
        `case $1 in */${pid}/ns/mnt) echo 'mnt:[2]' ;; *) exec /usr/bin/readlink "$@" ;; esac`,
      );
      expect((await outcome(standIns, [one]))[0]).toMatch(
        new RegExp(`^refused stale 1 ${pid}:other:${id('a2')}:other-root:\\S+ ${one.path}$`),
      );
    },
  );

  test('of many such processes five are named, and all are counted', async () => {
    await using standIns = await makeLoading();
    const path = join(standIns.folder, 'a server,of:many');
    await installProgram(path, 0xa1);
    await Promise.all(Array.from({ length: 7 }, () => beginEcho(path)));
    const upgraded = await installProgram(path, 0xa2);
    const [refused = ''] = await outcome(standIns, [upgraded]);
    const [, count, list = ''] = /^refused stale (\d+) (\S+) (.*)$/.exec(refused) ?? [];
    expect(count).toBe('7');
    // Its name would not be told from what stands around it.
    expect(list.split(',').map(one => one.split(':')[1])).toEqual(Array(5).fill('?'));
  });

  test('of what cannot be seen nothing is said to be safe', async () => {
    await using standIns = await makeLoading();
    const binary = await installProgram(join(standIns.folder, 'server'), 0xa1);
    await standIns.add('xargs', 'exit 0');
    const isOwn = shell.join(' ').includes('busybox');
    // busybox's own sh takes its own xargs before any other program.
    if (!isOwn) expect((await outcome(standIns, [binary]))[0]).toBe(`refused unseen ${binary.path}`);
    await rm(join(standIns.folder, 'xargs'));
    await standIns.add('od', 'exit 1');
    if (!isOwn) expect((await outcome(standIns, [binary]))[0]).toBe(`refused binary unreadable ${binary.path}`);
    await rm(join(standIns.folder, 'od'));
    expect((await outcome(standIns, [binary]))[0]).toBe('ready BOOT');
  });

  test('who is not root sees not all processes: nothing is loaded', async () => {
    await using standIns = await makeLoading();
    const { path, buildId } = await installProgram(join(standIns.folder, 'server'), 0xa1);
    const nobody = ['setpriv', '--reuid', '65534', '--clear-groups'];
    const open = ['sh', '-c', 'chmod -R a+rwX "$0" && exec "$@"', standIns.folder];
    const ran = await supervise(shell, standIns, { binaries: [{ path, buildId }], prefix: [...open, ...nobody] });
    expect(said(ran)).toEqual([`refused unseen ${path}`, 'ended -1 SECONDS none removed']);
    expect(ran.stdout.toString()).toBe('');
    // A module that probes no files needs none of it.
    const plain = await supervise(shell, standIns, { prefix: nobody });
    expect(plain.stdout.toString()).toBe('LOADED\n');
  });

  test('dozens of files with long names', async () => {
    await using standIns = await makeLoading();
    const binaries = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        installProgram(join(standIns.folder, `${'x'.repeat(200)}${index}`), index + 1),
      ),
    );
    await sleep(0);
    expect((await outcome(standIns, binaries))[0]).toBe('ready BOOT');
    const [last] = binaries.slice(-1);
    if (last === undefined) throw new Error('no file');
    await installProgram(last.path, 0xff);
    expect((await outcome(standIns, binaries))[0]).toBe(`refused binary ${id('ff')} ${last.path}`);
  });
});
