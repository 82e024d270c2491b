import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseRunsToRemove, type MeasuredRun } from '../../src/history/prune/choose-runs-to-remove.ts';
import { pruneRuns } from '../../src/history/prune/prune-runs.ts';
import { findRun } from '../../src/history/read/find-run.ts';
import { hasHost } from '../../src/history/read/has-host.ts';
import { listRuns } from '../../src/history/read/list-runs.ts';
import { readEvents } from '../../src/history/read/read-events.ts';
import type { RunId } from '../../src/model/ids.ts';
import type { RunEntry } from '../../src/model/run-head.ts';
import { applyAt, idAt, keepRun } from '../support/kept-runs.ts';
import { hosts, plan } from '../support/sample-run.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapbook-runs-'));
});
afterEach(() => rm(root, { recursive: true }));

const planned = plan(hosts('db1', 'db2'));
const days = (count: number) => new Date(Date.now() - count * 86_400_000);

/** A run of so many days ago. */
async function keepOld(ageDays: number, playbook: string, end = 'aaaaaa'): Promise<string> {
  const id = idAt(days(ageDays), end);
  await keepRun(root, id, applyAt(planned, playbook, days(ageDays)));
  return id;
}

async function all(): Promise<RunEntry[]> {
  const runs: RunEntry[] = [];
  for await (const run of listRuns(root)) runs.push(run);
  return runs;
}

describe('the list', () => {
  test('has the newest first, and nothing where there is no history', async () => {
    expect(await all()).toEqual([]);
    const ids = [await keepOld(3, 'io.yml'), await keepOld(1, 'io.yml'), await keepOld(2, 'io.yml')];
    expect((await all()).map(({ id, state }) => [id, state])).toEqual([
      [ids[1], 'finished'],
      [ids[2], 'finished'],
      [ids[0], 'finished'],
    ]);
    expect((await all())[0]).toMatchObject({
      head: {
        playbook: 'io.yml',
        playbookFile: join(process.cwd(), 'io.yml'),
        finished: { exitCode: 0 },
        complete: true,
      },
    });
  });

  test('knows the order of those that began in the same second', async () => {
    const when = days(1);
    const ends = ['cccccc', 'aaaaaa', 'eeeeee', 'bbbbbb'];
    for (const end of ends) await keepRun(root, idAt(when, end), applyAt(planned, 'io.yml', when));
    expect((await all()).map(({ id }) => id.slice(-6))).toEqual(ends.toReversed());
  });

  test('shows a damaged run as such, and takes strange entries for no runs', async () => {
    const whole = await keepOld(3, 'io.yml');
    const damage = ['', '{', 'null', '{"format":"tapbook-run/1"}', '\0\0\0'];
    for (const [index, text] of damage.entries()) {
      const id = idAt(days(2), `00000${index}`);
      await mkdir(join(root, 'runs', id));
      await writeFile(join(root, 'runs', id, 'run.json'), text);
    }
    const bare = idAt(days(1));
    await mkdir(join(root, 'runs', bare));
    await writeFile(join(root, 'runs', 'notes.txt'), 'x');
    await mkdir(join(root, 'runs', '.gone-x'));
    await utimes(join(root, 'runs', bare), days(1), days(1));
    const found = await all();
    // Killed between the making of its folder and its first file.
    expect(found.map(({ state }) => state)).toEqual(['died', ...damage.map(() => 'unreadable'), 'finished']);
    expect(found[0]).toMatchObject({
      head: { run: bare, playbook: '', started: `${days(1).toISOString().slice(0, 19)}Z` },
    });
    expect(found.at(-1)?.id).toBe(whole);
    expect(found[1]).toMatchObject({ reason: 'its run.json is damaged' });
  });

  test('reads a run without a head by what else it has', async () => {
    const id = await keepOld(2, 'io.yml');
    const path = (name: string) => join(root, 'runs', id, name);
    const [whole] = await all();
    await rm(path('run.json'));
    const one = async () => {
      const [run] = await all();
      return run?.state === 'unreadable' ? run.state : [run?.state, run?.head.playbook, run?.head.finished?.exitCode];
    };
    const { series, bytes, ...told } = whole?.state === 'finished' ? whole.head : ({} as never);
    expect([typeof series, typeof bytes]).toEqual(['string', 'number']);
    expect(await all()).toMatchObject([
      { state: 'finished', head: { ...told, playbookFile: 'io.yml', ended: expect.any(String) } },
    ]);
    const old = days(2);
    const age = async () => {
      for (const name of ['events.ndjson', 'plan.json', '.']) await utimes(path(name), old, old).catch(() => undefined);
    };
    await writeFile(path('summary.json'), '{"format":"tapbook-summary/1","playbook":');
    expect(await one()).toEqual(['running', 'io.yml', undefined]);
    await age();
    expect(await one()).toEqual(['died', 'io.yml', undefined]);
    await writeFile(path('events.ndjson'), '{"kind":"run-started","playb');
    await age();
    expect(await one()).toEqual(['died', 'io.yml', undefined]);
    await rm(path('plan.json'));
    await age();
    expect(await one()).toEqual(['died', '', undefined]);
  });

  test('knows which run was about a host, by a file of its own', async () => {
    const id = await keepOld(1, 'io.yml');
    const directory = join(root, 'runs', id);
    expect(await readFile(join(directory, 'hosts'), 'utf8')).toBe('db1\ndb2\n');
    const found = () => ['db1', 'db2', 'db', 'b1', 'db1\ndb2', ''].filter(name => hasHost(directory, name));
    for (const name of ['summary.json', 'plan.json'])
      await rename(join(directory, name), join(directory, `${name}.away`));
    expect(found()).toEqual(['db1', 'db2', 'db1\ndb2']);
    await rm(join(directory, 'hosts'));
    expect(found()).toEqual([]);
    await rename(join(directory, 'plan.json.away'), join(directory, 'plan.json'));
    expect(found()).toEqual(['db1', 'db2']);
    await rename(join(directory, 'summary.json.away'), join(directory, 'summary.json'));
    expect(found()).toEqual(['db1', 'db2']);
  });

  test('knows who runs and who died', async () => {
    const id = await keepOld(0, 'io.yml');
    const path = join(root, 'runs', id, 'run.json');
    const { ended, finished, complete, bytes, ...begun } = JSON.parse(await readFile(path, 'utf8'));
    expect([typeof ended, finished.exitCode, complete, bytes > 0]).toEqual(['string', 0, true, true]);
    await writeFile(path, JSON.stringify(begun));
    expect((await all())[0]?.state).toBe('running');
    // The same number, but a process that began at another time.
    await writeFile(path, JSON.stringify({ ...begun, controller: { ...begun.controller, started: '1' } }));
    expect((await all())[0]?.state).toBe('died');
  });
});

describe('a run is found', () => {
  test('by its id, a beginning of it, its place, and its playbook', async () => {
    const old = await keepOld(2, 'plays/net.yml', 'aaaaaa');
    const now = await keepOld(1, 'plays/io.yml', 'bbbbbb');
    for (const [word, id] of [
      [old, old],
      [old.slice(0, 15), old],
      ['last', now],
      ['@last', now],
      ['@-2', old],
      ['@last:net', old],
      [`@${old}`, old],
      ['-1', now],
      ['-2', old],
      ['last:plays/net.yml', old],
      ['last:net.yml', old],
      ['last:net', old],
      [`last:${join(process.cwd(), 'plays/net.yml')}`, old],
    ] as const) {
      expect(findRun(root, word)).toEqual({ ok: true, value: id });
    }
  });

  test('or it is said why not', async () => {
    const messages = async (word: string) => {
      const found = findRun(root, word);
      return found.ok ? found.value : found.error.message;
    };
    expect(await messages('last')).toBe('there are no runs yet');
    await keepOld(1, 'io.yml', 'aaaaaa');
    await keepOld(2, 'io.yml', 'bbbbbb');
    expect(await messages('-3')).toBe('there are only 2 runs');
    expect(await messages('2')).toBe('2 runs begin with 2');
    expect(await messages('x')).toBe('no run "x"');
    expect(await messages('')).toBe('no run ""');
    expect(await messages('../..')).toBe('no run "../.."');
    expect(await messages('last:net')).toBe('no run of a playbook "net"');
  });
});

test('half of a last line is counted, and all else is read', async () => {
  const path = await keepRun(root, idAt(days(0)), applyAt(planned, 'io.yml', days(0)));
  await writeFile(
    join(path, 'events.ndjson'),
    `${JSON.stringify({ kind: 'notice', time: days(0).toISOString(), run: idAt(days(0)), severity: 'info', text: 'a' })}\nnull\n7\n{"kind":"line","host":"d`,
  );
  const kinds: string[] = [];
  expect(
    await readEvents(path, 'without-output', ({ kind }) => {
      kinds.push(kind);
    }),
  ).toEqual({ damaged: 2 });
  expect(kinds).toEqual(['notice']);
  expect(await readEvents(path, 'all', () => {})).toEqual({ damaged: 3 });
  await rm(join(path, 'events.ndjson'));
  expect((await readEvents(path, 'all', () => {})).missing).toContain('ENOENT');
});

describe('retention', () => {
  const now = Date.parse('2026-11-23T00:00:00Z');
  const run = (
    id: string,
    ageDays: number,
    more: { playbook?: string; state?: RunEntry['state'] } = {},
  ): MeasuredRun => {
    const { playbook = 'io.yml', state = 'finished' } = more;
    const common = { id: id as RunId, directory: `/runs/${id}`, startedMs: now - ageDays * 86_400_000, bytes: 10 };
    if (state === 'unreadable') return { ...common, state, reason: 'damaged' };
    const head = {
      run: id,
      command: 'apply' as const,
      version: '0.1.0',
      playbook,
      playbookFile: `/${playbook}`,
      inventory: [],
      started: '',
    };
    return { ...common, state, head };
  };
  const chosen = (runs: MeasuredRun[], keep: Parameters<typeof chooseRunsToRemove>[1]) =>
    chooseRunsToRemove(runs, keep, now).map(({ id }) => id as string);
  const five = [run('e', 1), run('d', 2), run('c', 3), run('b', 4), run('a', 5)];

  test('goes by count, age and size, from the oldest on', () => {
    expect(chosen(five, {})).toEqual([]);
    expect(chosen(five, { runs: 3 })).toEqual(['b', 'a']);
    expect(chosen(five, { ageMs: 2.5 * 86_400_000 })).toEqual(['c', 'b', 'a']);
    expect(chosen(five, { bytes: 25 })).toEqual(['c', 'b', 'a']);
    expect(chosen(five, { runs: 4, ageMs: 100 * 86_400_000, bytes: 1e9 })).toEqual(['a']);
  });

  test('never touches the last run of a playbook, one that runs, or one that may just begin', () => {
    const mixed = [
      run('f', 0.5, { state: 'unreadable' }),
      ...five.slice(0, 2),
      run('n', 40, { playbook: 'net.yml' }),
      run('m', 41, { playbook: 'net.yml' }),
      run('r', 42, { state: 'running' }),
      run('u', 43, { state: 'unreadable' }),
    ];
    expect(chosen(mixed, { runs: 0 })).toEqual(['d', 'm', 'u']);
    expect(chosen(mixed, { ageMs: 0 })).toEqual(['d', 'm', 'u']);
    expect(chosen(mixed, { bytes: 0 })).toEqual(['d', 'm', 'u']);
  });

  test('removes whole directories, and nothing that they link to', async () => {
    const kept = await keepOld(1, 'io.yml', 'aaaaaa');
    const gone = await keepOld(2, 'io.yml', 'bbbbbb');
    const precious = join(root, 'precious');
    await mkdir(precious);
    await writeFile(join(precious, 'file'), 'x');
    await symlink(precious, join(root, 'runs', gone, 'link'));
    await mkdir(join(root, 'runs', '.gone-20200101T000000Z-cccccc'));
    await writeFile(join(root, 'runs', 'notes.txt'), 'mine');
    expect(await pruneRuns(root, { runs: 1 }, 'only-look')).toMatchObject({ removed: [gone], kept: 1, failed: [] });
    expect((await all()).length).toBe(2);
    const both = await Promise.all([pruneRuns(root, { runs: 1 }, 'remove'), pruneRuns(root, { runs: 1 }, 'remove')]);
    expect(both.flatMap(({ failed }) => failed)).toEqual([]);
    expect(both.flatMap(({ removed }) => removed)).toEqual([gone]);
    expect((await readdir(join(root, 'runs'))).sort()).toEqual([kept, 'notes.txt']);
    expect(await readFile(join(precious, 'file'), 'utf8')).toBe('x');
  });
});
