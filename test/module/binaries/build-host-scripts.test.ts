import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBinariesScript } from '../../../src/module/binaries/find-binaries.generated.ts';
import { inSysrootScript } from '../../../src/module/binaries/in-sysroot.generated.ts';
import { keepBinaryScript } from '../../../src/module/binaries/keep-binary.generated.ts';
import { readBinaryScript } from '../../../src/module/binaries/read-binary.generated.ts';
import { elfProgram } from '../../support/elf-file.ts';
import { makeStandIns, type Ran, type StandIns } from '../../support/run-script.ts';
import { shells } from '../../support/shells.ts';

const id = '54e3beb2680a92c4df6f34df4f256cac78964885';
const program = elfProgram(id, 40_000);

async function run(
  shell: readonly string[],
  { folder, run: start }: StandIns,
  script: string,
  words: readonly string[],
  bytes: Uint8Array = Buffer.alloc(0),
): Promise<Ran> {
  const env = ['env', `XDG_CACHE_HOME=${folder}/cache`];
  return start([...env, ...shell, '-c', script, 'tapbook-test', ...words], { bytes });
}

const keptIn = ({ folder }: StandIns): string => join(folder, 'cache/tapbook/build-binaries');
const wordsOf = ({ stdout }: Ran): readonly string[] =>
  stdout
    .toString()
    .split('\n')
    .filter(line => line !== '');

describe.each(shells)('in %s', (_name, shell) => {
  const keep = (host: StandIns, words: readonly string[], bytes: Uint8Array = program) =>
    run(shell, host, keepBinaryScript, ['N', ...words], bytes);

  test('a binary is kept whole, for its user alone, under its build-id and size', async () => {
    await using host = await makeStandIns();
    const find = ['N', '', id, '/opt/none', '/opt/none'];
    expect(wordsOf(await run(shell, host, findBinariesScript, find))).toEqual(['N absent', 'N end']);
    expect(wordsOf(await keep(host, [id, String(program.length), '', '30', '9000']))).toEqual(['N kept']);
    const file = join(keptIn(host), `${id}.${program.length}`);
    expect(await readFile(file)).toEqual(program);
    expect((await stat(file)).mode & 0o777).toBe(0o700);
    expect(wordsOf(await run(shell, host, findBinariesScript, find))).toEqual(['N kept', 'N end']);
  });

  test('what is another one, or not all of it, is not kept', async () => {
    await using host = await makeStandIns();
    const other = 'ba61be8a975d54e7b75268cd456d59f508e21034';
    const size = String(program.length);
    expect(wordsOf(await keep(host, [other, size, '', '30', '9000']))).toEqual([
      `N failed what has arrived has the build-id ${id}`,
    ]);
    expect(wordsOf(await keep(host, [id, '99999', '', '30', '9000']))).toEqual([
      `N failed only ${size} of 99999 bytes have arrived`,
    ]);
    expect(await readdir(keptIn(host))).toEqual([]);
  });

  test('what was not used for long goes, then the oldest of what is too much', async () => {
    await using host = await makeStandIns();
    await keep(host, [id, String(program.length), '', '30', '9000']);
    const kept = keptIn(host);
    const days = (count: number): Date => new Date(Date.now() - count * 86_400_000);
    for (const [name, age] of [
      ['aa.1', 40],
      ['bb.50000', 5],
      ['cc.50000', 2],
    ] as const) {
      await writeFile(join(kept, name), Buffer.alloc(Number(name.slice(3))));
      await utimes(join(kept, name), days(age), days(age));
    }
    // With this one and the first there is room for one more.
    await keep(host, [id, String(program.length), '.debug', '30', '140']);
    expect((await readdir(kept)).sort()).toEqual([
      `${id}.${program.length}`,
      `${id}.${program.length}.debug`,
      'cc.50000',
    ]);
  });

  test('stap becomes the owner of a tree with the binary, its link and its debuginfo; the next one takes its place', async () => {
    await using host = await makeStandIns();
    await host.add(
      'stap',
      'printf "%s\\n" "$@"; cd "$(echo "$1" | sed s.--sysroot=..)" && find . -type l -o -type f | sort; readlink opt/pg',
    );
    await keep(host, [id, String(program.length), '', '30', '9000']);
    await keep(host, [id, String(program.length), '.debug', '30', '9000']);
    const tree = join(keptIn(host), 'tapbook-build-1');
    const expected = [
      `--sysroot=${tree}`,
      '-p4',
      'a b',
      './.owner',
      './boot',
      './lib/modules',
      './opt/pg',
      './srv/bin/pg',
      './usr/lib/debug',
      `./var/cache/abrt-di/usr/lib/debug/.build-id/54/${id.slice(2)}.debug`,
      `${tree}/srv/bin/pg`,
    ];
    const words = ['1', id, '/opt/pg', '/srv/bin/pg', 'stap', '-p4', 'a b'];
    for (const _ of [1, 2]) {
      expect(wordsOf(await run(shell, host, inSysrootScript, words))).toEqual(expected);
    }
  });

  test('the tree of a stap that still runs is left alone', async () => {
    await using host = await makeStandIns();
    await host.add('stap', 'echo "$1"; [ "$2" = end ] || sh -c "$2"');
    await keep(host, [id, String(program.length), '', '30', '9000']);
    const inner = `XDG_CACHE_HOME=${host.folder}/cache ${shell.join(' ')} "${host.folder}/in-sysroot" 1 ${id} /opt/pg /opt/pg stap end`;
    await writeFile(join(host.folder, 'in-sysroot'), inSysrootScript);
    const ran = await run(shell, host, inSysrootScript, ['1', id, '/opt/pg', '/opt/pg', 'stap', inner]);
    expect(wordsOf(ran).map(line => line.replace(/.*\//, ''))).toEqual(['tapbook-build-1', 'tapbook-build-2']);
  });

  test.each([
    ['/usr/lib/debug/x', 'a binary cannot be probed in /boot, /lib/modules or /usr/lib/debug: /usr/lib/debug/x'],
    ['/lib/modules/x', 'a binary cannot be probed in /boot, /lib/modules or /usr/lib/debug: /lib/modules/x'],
    ['/opt/gone', 'cannot put /opt/gone into '],
  ])('a binary at %s is refused', async (path, why) => {
    await using host = await makeStandIns();
    await host.add('stap', 'echo never');
    await keep(host, [id, String(program.length), '', '30', '9000']);
    const wanted = path === '/opt/gone' ? 'ab' : id;
    const ran = await run(shell, host, inSysrootScript, ['1', wanted, path, path, 'stap', '-p4']);
    expect(ran.stderr).toContain(`tapbook: no sysroot: ${why}`);
    expect(ran.code).toBe(1);
    expect(ran.stdout.toString()).toBe('');
  });

  test('a target sends a file behind a mark, with its size; not one that is too large, missing or no file', async () => {
    await using host = await makeStandIns();
    const file = join(host.folder, 'pg');
    await writeFile(file, program);
    const sent = await run(shell, host, readBinaryScript, ['N', file, '50000000', join(host.folder, 'pg')]);
    expect(sent.stdout).toEqual(Buffer.concat([Buffer.from('\nN\n'), program]));
    expect(sent.stderr.trim().split('\n')).toEqual([`N bytes ${program.length}`, 'N debuginfo']);
    const large = await run(shell, host, readBinaryScript, ['N', file, '100']);
    expect([large.stdout.toString(), large.stderr.trim()]).toEqual(['', `N bytes ${program.length}`]);
    const said = async (path: string) => (await run(shell, host, readBinaryScript, ['N', path, '100'])).stderr.trim();
    expect(await said('/opt/none')).toBe('N failed it is not there');
    expect(await said(host.folder)).toBe('N failed it is no file');
  });
});
