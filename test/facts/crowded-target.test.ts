import { chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sweepLocksScript } from '../../src/engine/upkeep/sweep-locks.generated.ts';
import type { HostFacts } from '../../src/facts/host-facts.ts';
import { parseTargetFacts } from '../../src/facts/parse-target-facts.ts';
import { targetProbeScript } from '../../src/facts/target-probe.generated.ts';
import { type MadeUpHost, makeUpHost } from '../support/made-up-host.ts';
import { shells } from '../support/shells.ts';

/** What a local user of a target can make there without any right: as many folders and processes as they like, named as ours. */

const timing = { nonce: 'NONCE', sentAtMs: 1_795_000_000_000, receivedAtMs: 1_795_000_001_000 };
const nobody = 65_534;
const ours = 'tapbook-20261122T020035Z-aaaaaa-77';
const counted = ['find', 'stat', 'grep', 'sed', 'tr', 'xargs', 'head', 'sort', 'basename', 'cat'];

/** Each of the programs leaves a line for each time that it is called. */
async function crowd(): Promise<MadeUpHost & { readonly root: string }> {
  const log = 'echo call >>"$(dirname "$0")/calls"';
  const programs = Object.fromEntries(counted.map(name => [name, `${log}\nexec /usr/bin/${name} "$@"`]));
  const host = await makeUpHost({
    programs: { ...programs, id: "echo 'uid=1001(ops) gid=1001(ops) groups=1001(ops)'" },
    files: {
      '/proc/1/cmdline': '/sbin/init\0',
      [`/tmp/${ours}/`]: '',
      [`/tmp/${ours}/io.ko`]: '',
      '/sys/module/io/': '',
    },
  });
  return { ...host, root: join(host.programs.folder, 'root') };
}

function make(root: string, path: string, owner: number, file?: string): void {
  const whole = join(root, path);
  const folder = file === undefined ? whole : dirname(whole);
  mkdirSync(folder, { recursive: true });
  if (file !== undefined) writeFileSync(whole, file);
  chownSync(folder, owner, owner);
}

async function probe(host: MadeUpHost, shell: readonly string[], become?: string): Promise<HostFacts> {
  const args = become === undefined ? ['NONCE'] : ['NONCE', become];
  const read = parseTargetFacts(await host.probe(shell, targetProbeScript, args), timing);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

async function callsOf(host: MadeUpHost): Promise<number> {
  const path = join(host.programs.folder, 'calls');
  const calls = (await readFile(path, 'utf8')).split('\n').length - 1;
  await writeFile(path, '');
  return calls;
}

function folders(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `/tmp/tapbook-20261101T020035Z-${String(at).padStart(6, '0')}-1`);
}

describe.runIf(process.getuid?.() === 0).each(shells)('in %s', (_name, shell) => {
  test('thousands of folders of another user take as many programs as one does; ours is found, and they are counted', async () => {
    await using host = await crowd();
    make(host.root, folders(1)[0] ?? '', nobody);
    await probe(host, shell);
    const ofOne = await callsOf(host);
    // It takes long to make them.
    const many = shell[0] === 'dash' ? 6_000 : 600;
    for (const path of folders(many)) make(host.root, path, nobody);
    const { leftovers, unseenLeftovers } = await probe(host, shell);
    expect(await callsOf(host)).toBe(ofOne);
    expect(leftovers[0]).toEqual({ path: `/tmp/${ours}`, owner: 'root', run: 'over', loaded: 'io' });
    expect(leftovers.slice(1).map(({ owner, run }) => `${owner} ${run}`)).toEqual(Array(10).fill('nobody unknown'));
    expect(unseenLeftovers).toEqual({ ours: 0, others: many - 10 });
  });

  test('of ours, 200 are looked at, always the same, and the rest is counted', async () => {
    await using host = await crowd();
    for (const path of folders(300)) make(host.root, path, 0);
    const { leftovers, unseenLeftovers } = await probe(host, shell);
    expect(leftovers.map(({ path }) => path)).toEqual(folders(200));
    expect(unseenLeftovers).toEqual({ ours: 101, others: 0 });
  });

  test('a host without any is asked nothing more', async () => {
    await using empty = await makeUpHost({ programs: { find: 'echo call >>"$(dirname "$0")/calls"' } });
    expect((await probe(empty, shell)).leftovers).toEqual([]);
    await expect(readFile(join(empty.programs.folder, 'calls'), 'utf8')).rejects.toThrow('ENOENT');
  });

  test('names with line ends, links and files are none of ours', async () => {
    await using host = await crowd();
    mkdirSync(join(host.root, '/tmp/tapbook-20261122T020035Z-b\nleftover=over root io '), { recursive: true });
    mkdirSync(join(host.root, '/tmp/tapbook-20261122T020035Z-bbbbbb-$(id)'));
    symlinkSync('/etc', join(host.root, '/tmp/tapbook-20261122T020035Z-bbbbbb-1'));
    make(host.root, '/var/tmp/tapbook-20261122T020035Z-bbbbbb-2', 0, 'a file');
    expect((await probe(host, shell)).leftovers.map(({ path }) => path)).toEqual([`/tmp/${ours}`]);
  });

  test("others' processes make no run of ours live; a live run of theirs is told with its module", async () => {
    await using host = await crowd();
    const cmdline = (run: string): string => `sh\0-s\0--\0tapbook-supervisor\0N\0/tmp\0${run}\0io\0`;
    for (let at = 100; at < 400; at++) {
      make(host.root, `/proc/${at}/cmdline`, nobody, cmdline('20261122T020035Z-aaaaaa'));
    }
    expect((await probe(host, shell)).leftovers).toEqual([
      { path: `/tmp/${ours}`, owner: 'root', run: 'over', loaded: 'io' },
    ]);
    await callsOf(host);
    make(host.root, '/proc/50/cmdline', nobody, cmdline('20261101T020035Z-000000'));
    make(host.root, '/proc/99/cmdline', 0, cmdline('20261122T020035Z-aaaaaa'));
    make(host.root, folders(1)[0] ?? '', nobody);
    const { leftovers } = await probe(host, shell);
    expect(leftovers[0]).toMatchObject({ path: `/tmp/${ours}`, run: 'live' });
    // Which of more than ten processes are heard is left to the order of /proc.
    expect(leftovers[1]).toMatchObject({ owner: 'nobody' });
    expect(await callsOf(host)).toBeLessThan(60);
  });

  test('what the user has left that scripts run as is ours; a name that nobody has there is passed over', async () => {
    await using host = await crowd();
    const [path = ''] = folders(1);
    make(host.root, path, nobody);
    expect((await probe(host, shell, 'nobody')).leftovers[0]).toEqual({ path, owner: 'nobody', run: 'over' });
    expect((await probe(host, shell, 'no such user')).leftovers).toMatchObject([
      { path: `/tmp/${ours}`, run: 'over' },
      { path, owner: 'nobody', run: 'unknown' },
    ]);
  });

  test('as many folders named as locks of ours take no program more, and a lock of ours that is over is found', async () => {
    await using host = await makeUpHost({
      programs: { find: 'echo call >>"$(dirname "$0")/calls"\nexec /usr/bin/find "$@"' },
      files: { '/proc/sys/kernel/random/boot_id': 'boot\n', '/run/tapbook-lock-io/run,boot,4194304,77/': '' },
    });
    const root = join(host.programs.folder, 'root');
    for (let at = 0; at < 300; at++) make(root, `/tmp/tapbook-lock-m${at}`, nobody);
    expect(await host.probe(shell, sweepLocksScript, ['NONCE', 'only-look'])).toBe('NONCE gone /run/tapbook-lock-io\n');
    expect(await callsOf(host)).toBe(1);
  });

  test('a search that took longer than its patience says so, and takes no run for over', async () => {
    await using host = await makeUpHost({
      programs: { sort: 'echo 1999.00 900.00 >"$(dirname "$0")/root/proc/uptime"; exec /usr/bin/sort' },
      files: { '/proc/1/cmdline': '/sbin/init\0', [`/tmp/${ours}/`]: '', '/proc/uptime': '1000.00 900.00\n' },
    });
    const { leftovers, unseenLeftovers } = await probe(host, shell);
    expect([leftovers.map(({ run }) => run), unseenLeftovers]).toEqual([['unknown'], 'too-slow']);
  });
});
