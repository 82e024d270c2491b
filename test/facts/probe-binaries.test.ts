import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, open, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { probeBinaries } from '../../src/facts/probe-binaries.ts';
import type { BinaryFacts, PresentBinary } from '../../src/model/binary.ts';
import type { Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { createLocalTransport } from '../../src/transport/local/local-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { beginEcho } from '../support/begin-echo.ts';
import { shells } from '../support/shells.ts';

const host: Host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } };
const { signal } = new AbortController();
const isRoot = process.getuid?.() === 0;

let folder: string;
let cat: string;
let sleep: string;
/** As binutils read it. */
const idOf = (file: string): string | undefined =>
  /Build ID: ([0-9a-f]+)/.exec(spawnSync('readelf', ['-n', file], { encoding: 'utf8' }).stdout)?.[1];

beforeAll(async () => {
  cat = await realpath('/bin/cat');
  sleep = await realpath('/bin/sleep');
});

async function freshFolder(): Promise<string> {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'binaries-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** This machine, with one of the shells for its `sh`. */
async function connect(shell: readonly [string, ...string[]]): Promise<Connection> {
  const limits = { connect: 1000, keepalive: 1000, keepaliveCount: 3 };
  const opened = await createLocalTransport().connect(host, { signal, limits });
  if (!opened.ok) throw new Error(opened.error.cause);
  const local = opened.value;
  onTestFinished(() => local[Symbol.asyncDispose]());
  return { ...local, exec: ([, ...args], options) => local.exec([...shell, ...args], options) };
}

describe.each(shells)('in %s', (_name, shell) => {
  async function ask(...paths: readonly string[]): Promise<readonly BinaryFacts[]> {
    const answer = await probeBinaries(await connect(shell), paths, { signal, limitMs: 60_000, as: 'login-user' });
    if (!answer.ok) throw new Error(answer.error.cause);
    return answer.value;
  }
  async function askOne(path: string): Promise<PresentBinary> {
    const [facts] = await ask(path);
    if (facts?.state !== 'present') throw new Error(`it is ${facts?.state}`);
    return facts;
  }

  test('a file is told by its build-id, size and inode, through its links', async () => {
    const at = join(await freshFolder(), 'a "b" $(c) *é');
    await copyFile(cat, at);
    await symlink(at, join(folder, 'link'));
    const facts = await ask(at, join(folder, 'link'));
    expect(facts).toMatchObject([
      { path: at, state: 'present', buildId: idOf(cat) },
      { path: join(folder, 'link'), state: 'present', buildId: idOf(cat), realPath: at },
    ]);
    expect(facts[0]).not.toHaveProperty('realPath');
    expect(facts[0]).not.toHaveProperty('strangers');
    expect(facts[0]).toMatchObject({ inode: expect.stringMatching(/^\d+:\d+$/), bytes: expect.any(Number) });
  });

  test('what is no such file says why', async () => {
    await freshFolder();
    const named = (name: string): string => join(folder, name);
    await mkdir(named('folder'));
    spawnSync('mkfifo', [named('fifo')]);
    await writeFile(named('empty'), '');
    await writeFile(named('text'), '#!/bin/sh\n'.repeat(20));
    await symlink(named('loop'), named('loop'));
    await symlink(named('nowhere'), named('dangling'));
    await writeFile(named('cut'), '\x7fELF');
    const whole = await (await open(cat)).readFile();
    // No program headers; headers behind the end; more of them than there are.
    const without = Buffer.from(whole);
    without.writeUInt16LE(0, 56);
    await writeFile(named('without'), without);
    const beyond = Buffer.from(whole);
    beyond.writeBigUInt64LE(2n ** 63n + 5n, 32);
    await writeFile(named('beyond'), beyond);
    const names = ['none', 'folder', 'fifo', 'empty', 'text', 'loop', 'dangling', 'cut', 'without', 'beyond'];
    const states = (await ask(...names.map(named))).map(({ state }) => state);
    expect(Object.fromEntries(names.map((name, index) => [name, states[index]]))).toEqual({
      none: 'missing',
      folder: 'not-a-file',
      fifo: 'not-a-file',
      empty: 'not-elf',
      text: 'not-elf',
      loop: 'missing',
      dangling: 'missing',
      cut: 'not-elf',
      without: 'no-build-id',
      beyond: 'no-build-id',
    });
  });

  test('a process begun before an upgrade is a stranger; one of the same file, or of the same build, is none', async () => {
    const at = join(await freshFolder(), 'server');
    await copyFile(cat, at);
    const old = await beginEcho(at);
    expect(await askOne(at)).not.toHaveProperty('strangers');
    // Installed again: another inode, the same build.
    await copyFile(cat, `${at}.new`);
    await rename(`${at}.new`, at);
    expect(await askOne(at)).not.toHaveProperty('strangers');
    // Upgraded.
    await copyFile(sleep, `${at}.new`);
    await rename(`${at}.new`, at);
    expect(await askOne(at)).toMatchObject({
      buildId: idOf(sleep),
      strangers: [{ pid: old.pid, name: 'server', buildId: idOf(cat), why: 'deleted' }],
    });
    // A file whose path only begins or ends alike is another one.
    await copyFile(cat, join(folder, 'server2'));
    expect(await askOne(join(folder, 'server2'))).not.toHaveProperty('strangers');
  });

  test('one that maps the file that is there now and an older one, too, is a stranger', async () => {
    const at = join(await freshFolder(), 'lib.so');
    const [math = '', names = ''] = ['libm.so.6', 'libresolv.so.2'].map(name =>
      spawnSync('sh', ['-c', `echo /lib/*-linux-gnu/${name}`], { encoding: 'utf8' }).stdout.trim(),
    );
    await copyFile(names, at);
    await copyFile(math, `${at}.new`);
    const both = await beginEcho(cat, [], { LD_PRELOAD: `${at} ${at}.new` });
    // What a process has mapped shows by the name that it has now.
    await rename(`${at}.new`, at);
    expect(await askOne(at)).toMatchObject({
      buildId: idOf(math),
      strangers: [{ pid: both.pid, buildId: idOf(names), why: 'deleted' }],
    });
  });

  test('of many such processes the first are named, and all counted', async () => {
    const at = join(await freshFolder(), 'server');
    await copyFile(cat, at);
    await Promise.all(Array.from({ length: 23 }, () => beginEcho(at)));
    await copyFile(sleep, `${at}.new`);
    await rename(`${at}.new`, at);
    const { strangers, moreStrangers } = await askOne(at);
    expect(new Set(strangers?.map(({ pid }) => pid)).size).toBe(20);
    expect(moreStrangers).toBe(3);
  });

  test.runIf(isRoot)('a process with a root or a mount of its own may have another file at that path', async () => {
    // busybox goes by its name.
    const at = join(await freshFolder(), 'cat');
    const root = join(folder, 'root');
    await mkdir(join(root, folder), { recursive: true });
    // busybox of Debian is static: it needs nothing else there.
    await copyFile(await realpath('/bin/busybox'), join(root, at));
    await copyFile(sleep, at);
    const inChroot = await beginEcho('chroot', [root, at]);
    expect(await askOne(at)).toMatchObject({
      buildId: idOf(sleep),
      strangers: [{ pid: inChroot.pid, buildId: idOf('/bin/busybox'), why: 'other-root' }],
    });
    const mounted = await beginEcho('unshare', [
      '--mount',
      'sh',
      '-c',
      'mount --bind "$1" "$2" && exec "$2"',
      'sh',
      join(root, at),
      at,
    ]);
    const { strangers } = await askOne(at);
    expect(strangers?.map(({ pid }) => pid).sort()).toEqual([inChroot.pid, mounted.pid].sort());
    // The same file elsewhere, in no root of that process, is another program.
    expect(await askOne(join(root, at))).not.toHaveProperty('strangers');
  });

  test.runIf(isRoot)('who is not root does not see all processes, and says so', async () => {
    const at = join(await freshFolder(), 'server');
    await copyFile(cat, at);
    await (await open(folder)).chmod(0o755);
    expect(await askOne(at)).not.toHaveProperty('unseenProcesses');
    const local = await connect(shell);
    const asNobody: Connection = {
      ...local,
      exec: ([, ...args], options) =>
        local.exec(
          ['x', '-c', 'exec /usr/bin/setpriv --reuid 65534 --clear-groups "$@"', 'sh', ...shell, ...args],
          options,
        ),
    };
    const answer = await probeBinaries(asNobody, [at], { signal, limitMs: 60_000, as: 'login-user' });
    if (!answer.ok) throw new Error(answer.error.cause);
    expect(answer).toMatchObject({ ok: true, value: [{ unseenProcesses: expect.stringContaining('root') }] });
  });
});

test('without paths nobody is asked; half an answer is none', async () => {
  const silent = { exec: () => expect.fail('it was asked') } as unknown as Connection;
  expect(await probeBinaries(silent, [], { signal, limitMs: 1000, as: 'login-user' })).toEqual({ ok: true, value: [] });
  const local = await connect(['sh']);
  const cut: Connection = { ...local, exec: (_argv, options) => local.exec(['x', '-c', 'echo hello'], options) };
  expect(await probeBinaries(cut, ['/bin/cat'], { signal, limitMs: 10_000, as: 'login-user' })).toMatchObject({
    ok: false,
    error: { stage: 'probe', cause: 'the host did not say which binaries it has that scripts probe' },
  });
});
