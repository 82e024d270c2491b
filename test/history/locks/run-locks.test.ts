import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identifyOwnProcess, type ProcessIdentity } from '../../../src/history/locks/process-identity.ts';
import { type LockSubject, lockFileName, pruneLocks, takeRunLocks } from '../../../src/history/locks/run-locks.ts';
import { parseRunId } from '../../../src/model/ids.ts';
import { runId } from '../../support/sample-run.ts';

let folder = '';
let directory = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-locks-'));
  directory = join(folder, 'state', 'locks');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const io: LockSubject = { sources: ['/etc/tapbook/hosts.yml'], module: 'io' };
const net: LockSubject = { sources: ['/etc/tapbook/hosts.yml'], module: 'net' };

function take(subjects: readonly LockSubject[], wishes: Partial<Parameters<typeof takeRunLocks>[1]> = {}) {
  return takeRunLocks(subjects, {
    directory,
    run: runId,
    playbook: 'playbooks/io.yml',
    waitSeconds: 0,
    signal: new AbortController().signal,
    onWait: () => undefined,
    ...wishes,
  });
}

async function taken(...args: Parameters<typeof take>): Promise<AsyncDisposable> {
  const locks = await take(...args);
  if (!locks.ok) throw new Error(JSON.stringify(locks.error));
  return locks.value;
}

/** A lock file as another process would have left it. */
async function plant(subject: LockSubject, holder: Partial<ProcessIdentity>, text?: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, lockFileName(subject));
  const lock = {
    format: 'tapbook-lock/1',
    id: 'planted',
    ...(await identifyOwnProcess()),
    run: '20260101T000000Z-aaaaaa',
    since: '2026-01-01T00:00:00.000Z',
    playbook: 'old.yml',
    module: subject.module,
    ...holder,
  };
  await writeFile(path, text ?? JSON.stringify(lock));
  return path;
}

describe('a lock', () => {
  test('is for one at a time, private, says who has it, and is gone when it is released', async () => {
    const first = await taken([io]);
    expect(await take([io])).toMatchObject({
      ok: false,
      error: {
        kind: 'held',
        seen: 'alive',
        holder: { run: runId, pid: process.pid, playbook: 'playbooks/io.yml', module: 'io' },
      },
    });
    const [name = ''] = await readdir(directory);
    expect(name).toMatch(/^[0-9a-f]{32}\.lock$/);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    await first[Symbol.asyncDispose]();
    expect(await readdir(directory)).toEqual([]);
    await (await taken([io]))[Symbol.asyncDispose]();
  });

  test('is for an inventory and a module', async () => {
    await using _one = await taken([io]);
    await using _two = await taken([net, { ...io, sources: ['/etc/tapbook/other.yml'] }]);
    const both = { sources: ['/b', '/a'], module: 'io' };
    expect(lockFileName(both)).toBe(lockFileName({ ...both, sources: ['/a', '/b', '/a'] }));
    expect(await readdir(directory)).toHaveLength(3);
  });

  test('of several all are taken or none', async () => {
    await using _one = await taken([net]);
    expect(await take([io, net])).toMatchObject({ ok: false, error: { holder: { module: 'net' } } });
    expect(await readdir(directory)).toEqual([lockFileName(net)]);
  });

  test('can be waited for; whom it waits for is told once', async () => {
    const first = await taken([io]);
    const told: string[] = [];
    const second = taken([io, net], {
      waitSeconds: 60,
      run: parseRunId('20261123T004105Z-00000b') ?? runId,
      onWait: ({ holder }) => {
        told.push(holder.run);
        setTimeout(() => void first[Symbol.asyncDispose](), 700);
      },
    });
    await (await second)[Symbol.asyncDispose]();
    expect(told).toEqual([runId]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('is not waited for past the limit, nor past a signal', async () => {
    await using _one = await taken([io]);
    expect(await take([io], { waitSeconds: 0.3 })).toMatchObject({ ok: false, error: { kind: 'held' } });
    const stop = new AbortController();
    const reason = new Error('stopped by SIGINT');
    const waiting = take([io], { waitSeconds: 60, signal: stop.signal, onWait: () => stop.abort(reason) });
    await expect(waiting).rejects.toBe(reason);
    expect(await readdir(directory)).toHaveLength(1);
  });

  test('cannot be taken where nothing can be written', async () => {
    await writeFile(join(folder, 'state'), 'a file');
    expect(await take([io])).toEqual({
      ok: false,
      error: { kind: 'unusable', cause: expect.stringMatching(/^cannot take a lock in .*\/state\/locks: ENOTDIR/) },
    });
    await rm(join(folder, 'state'));
    await symlink('/dev/full', join(folder, 'state'));
    expect(await take([io])).toMatchObject({ ok: false, error: { kind: 'unusable' } });
  });
});

describe('a lock that was left behind', () => {
  test.each([
    ['whose number is another process now', { started: '1' }],
    ['whose process is gone', { pid: 2 ** 22 + 1 }],
    ['of an earlier boot', { boot: '00000000-0000-0000-0000-000000000000' }],
  ])('%s is taken over', async (_what, holder) => {
    await plant(io, holder);
    await using _lock = await taken([io]);
    expect(await readFile(join(directory, lockFileName(io)), 'utf8')).toContain(`"run":"${runId}"`);
    expect(await readdir(directory)).toEqual([lockFileName(io)]);
  });

  test.each(['', '{', '[]', '{"id":"x","pid":"1; rm -rf /"}'])('damaged to %j is taken over', async text => {
    await plant(io, {}, text);
    await using _lock = await taken([io]);
    expect(await readdir(directory)).toEqual([lockFileName(io)]);
  });

  test.each([
    ['in another container', { space: 'pid:[1]' }],
    ['on another machine', { boot: 'b', machine: 'another' }],
  ])('%s is believed for as long as it is renewed', async (_what, holder) => {
    const path = await plant(io, holder);
    expect(await take([io])).toMatchObject({ ok: false, error: { kind: 'held', seen: 'out-of-sight' } });
    const longAgo = new Date(Date.now() - 6 * 60 * 1000);
    await utimes(path, longAgo, longAgo);
    await using _lock = await taken([io]);
  });

  test('with a take-over that was cut short itself is taken over', async () => {
    const path = await plant(io, { started: '1' });
    const { createHash } = await import('node:crypto');
    const turn = createHash('sha256').update('planted').digest('hex').slice(0, 8);
    await writeFile(`${path}.${turn}`, await readFile(path));
    await using _lock = await taken([io]);
    expect(await readdir(directory)).toEqual([lockFileName(io)]);
  });

  test('is pruned; one that is held is not', async () => {
    await plant(io, { started: '1' });
    await using _lock = await taken([net]);
    const draft = join(directory, `${lockFileName(net)}.${'0'.repeat(8)}-1111-2222-3333-${'4'.repeat(12)}.new`);
    await writeFile(draft, '');
    await writeFile(join(directory, 'notes.txt'), '');
    expect(await pruneLocks(directory, 'only-look')).toEqual([lockFileName(io)]);
    expect(await pruneLocks(directory, 'remove')).toEqual([lockFileName(io)]);
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(draft, longAgo, longAgo);
    await pruneLocks(directory, 'remove');
    expect((await readdir(directory)).sort()).toEqual([lockFileName(net), 'notes.txt'].sort());
  });
});

describe('many processes', () => {
  /** A program of its own, since only processes can be killed. */
  async function program(text: string): Promise<string> {
    const file = join(folder, 'program.mjs');
    const source = new URL('../../../src/history', import.meta.url).pathname;
    await build({
      stdin: { contents: text.replaceAll('SRC', source), resolveDir: folder, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
    });
    return file;
  }

  const begin = `
    import { appendFile, mkdir, rename, rmdir, writeFile } from 'node:fs/promises';
    import { lockFileName, takeRunLocks } from 'SRC/locks/run-locks.ts';
    const [directory, folder, name] = process.argv.slice(2);
    const subject = { sources: ['/hosts'], module: 'io' };
    const path = directory + '/' + lockFileName(subject);
    const take = waitSeconds => takeRunLocks([subject], {
      directory, run: name, playbook: 'p', waitSeconds, signal: new AbortController().signal, onWait() {},
    });
  `;

  test('of those who meet one stale lock only one wins, over and over', { timeout: 120_000 }, async () => {
    const rounds = 12;
    const file = await program(`${begin}
      for (let round = 0; round < ${rounds}; ) {
        const locks = await take(0);
        if (!locks.ok) {
          if (locks.error.kind === 'unusable') throw new Error(locks.error.cause);
          await new Promise(resolve => setTimeout(resolve, Math.random() * 3));
          continue;
        }
        // Two at a time in here would meet at this folder.
        await mkdir(folder + '/inside');
        await appendFile(folder + '/won', name + '\\n');
        await rmdir(folder + '/inside');
        round++;
        // What a killed process leaves: all others find it stale at the same time.
        const stale = { format: 'tapbook-lock/1', id: name + ' ' + round, pid: 4194305, started: '1', boot: 'before' };
        await writeFile(path + '.' + name, JSON.stringify(stale));
        await rename(path + '.' + name, path);
      }`);
    const names = Array.from({ length: 12 }, (_, index) => `taker${index}`);
    const ends = await Promise.all(
      names.map(
        name =>
          new Promise<string>(resolve => {
            const child = spawn(process.execPath, [file, directory, folder, name], {
              stdio: ['ignore', 'ignore', 'pipe'],
            });
            let said = '';
            child.stderr.on('data', text => {
              said += text;
            });
            child.once('close', code => resolve(`${code} ${said}`));
          }),
      ),
    );
    expect(ends).toEqual(names.map(() => '0 '));
    const won = (await readFile(join(folder, 'won'), 'utf8')).trimEnd().split('\n');
    expect(won.sort()).toEqual(names.flatMap(name => Array.from({ length: rounds }, () => name)).sort());
  });

  test('one that is killed leaves a lock that the next one takes over', { timeout: 60_000 }, async () => {
    const file = await program(`${begin}
      const locks = await take(0);
      console.log(locks.ok);
      setInterval(() => undefined, 1000);`);
    const child = spawn(process.execPath, [file, directory, folder, 'victim'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise(resolve => child.stdout.once('data', resolve));
    const subject = { sources: ['/hosts'], module: 'io' };
    expect(await take([subject])).toMatchObject({ ok: false, error: { holder: { run: 'victim', pid: child.pid } } });
    const ended = new Promise(resolve => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    await using _lock = await taken([subject]);
  });
});
