import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHistoryWriter } from '../../src/history/write/history-writer.ts';
import { createRunDirectory } from '../../src/history/write/run-directory.ts';
import type { Event } from '../../src/model/event.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { assertValidPlan } from '../support/event-validator.ts';
import { keptEvents } from '../support/kept-runs.ts';
import {
  applyOf,
  at,
  finished,
  host,
  hosts,
  ioread,
  line,
  plan,
  runId,
  skipped,
  unreachable,
} from '../support/sample-run.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapbook-history-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function openRun() {
  const directory = await createRunDirectory(root, runId);
  if (!directory.ok) throw new Error(directory.error);
  return directory.value;
}

/** Keeps the events of a run, and returns where and what went wrong. */
async function keep(events: Iterable<Event>) {
  const { path } = await openRun();
  const troubles: string[] = [];
  const writer = createHistoryWriter(path, { onTrouble: reason => troubles.push(reason) });
  for (const event of events) {
    writer.read(event);
    await writer.congestion();
  }
  await writer.close();
  return { path, troubles, read: (name: string) => readFile(join(path, name), 'utf8') };
}

const small = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable] });

function withOutputFile(planned: PlannedPlay, file: string): PlannedPlay {
  return {
    ...planned,
    hosts: planned.hosts.map(({ decision, ...rest }) => {
      if (decision.kind !== 'run') return { ...rest, decision };
      return {
        ...rest,
        decision: { ...decision, scripts: decision.scripts.map(one => ({ ...one, outputFile: file })) },
      };
    }),
  };
}

describe('a run on disk', () => {
  test('has the events, the plan, the output and who failed', async () => {
    const events = [...applyOf(small)];
    const { path, troubles, read } = await keep(events);
    expect((await readdir(path)).sort()).toEqual([
      'build',
      'events.ndjson',
      'failed.hosts',
      'hosts',
      'output',
      'plan.json',
      'run.json',
      'summary.json',
    ]);
    expect(await keptEvents(path)).toEqual(events);
    const plans = JSON.parse(await read('plan.json'));
    assertValidPlan(plans);
    expect(plans).toEqual({ format: 'tapbook-plan/1', playbook: 'playbooks/io.yml', plays: [small] });
    expect(await read('failed.hosts')).toBe('db3\ndb9\n');
    expect(await read('output/db1.txt')).toBe('3431---pcscd---240---3\n');
    expect(troubles).toEqual([]);
    expect(JSON.parse(await read('summary.json'))).toMatchObject({
      format: 'tapbook-summary/1',
      run: runId,
      command: 'apply',
      started: '2026-11-23T00:41:05.000Z',
      finished: { exitCode: 2 },
      plays: [
        {
          name: 'Who reads most on the databases',
          hosts: { db1: { kind: 'ok' }, db2: { kind: 'ok' }, db3: { kind: 'failed' }, web1: { kind: 'skipped' } },
        },
      ],
      complete: true,
    });
  });

  test('is its owner’s alone, and made once', async () => {
    const { path } = await keep([...applyOf(small), line(200, host('db1'), 'oops', 'stderr')]);
    const modes: Record<string, string> = {};
    for (const name of ['.', 'output', 'build', 'plan.json', 'events.ndjson', 'output/db1.txt', 'output/db1.err.txt']) {
      modes[name] = ((await stat(join(path, name))).mode & 0o777).toString(8);
    }
    expect(modes).toEqual({
      '.': '700',
      output: '700',
      build: '700',
      'plan.json': '600',
      'events.ndjson': '600',
      'output/db1.txt': '600',
      'output/db1.err.txt': '600',
    });
    const second = await createRunDirectory(root, runId);
    expect(second).toMatchObject({ ok: false, error: expect.stringContaining('EEXIST') });
  });

  test('keeps output as it came, apart by stream, in files that cannot lead elsewhere', async () => {
    const evil = host('../../etc/cron.d/x');
    const { path, read } = await keep([
      line(1, evil, 'a\x1b[31mb\ttab'),
      line(1, evil, ''),
      line(1, evil, 'ERROR', 'stderr'),
      line(2, evil, 'last'),
    ]);
    expect((await readdir(join(path, 'output'))).sort()).toEqual([
      '%2E.%2F..%2Fetc%2Fcron.d%2Fx.err.txt',
      '%2E.%2F..%2Fetc%2Fcron.d%2Fx.txt',
    ]);
    expect(await read('output/%2E.%2F..%2Fetc%2Fcron.d%2Fx.txt')).toBe('a\x1b[31mb\ttab\n\nlast\n');
  });

  test('a script with an output file has its lines there too', async () => {
    const { read, troubles } = await keep(applyOf(withOutputFile(small, 'io/today.txt')));
    expect(await read('files/io/today.txt')).toBe('3431---pcscd---240---3\n3431---pcscd---240---3\n');
    expect(troubles).toEqual([]);
  });

  test('which says so too where no more is kept', async () => {
    const full = { kind: 'output-full', module: ioread, stream: 'stdout', limit: 'max_output', most: 2e9 } as const;
    const events = [...applyOf(withOutputFile(small, 'io/today.txt'))];
    const next = events.findIndex(({ kind }) => kind === 'line');
    events.splice(next, 0, at(20, { ...full, host: host('db1') }));
    const { read, troubles } = await keep(events);
    const mark = `… nothing more of ioread_top5 is kept here: the run keeps 2GB (--max-output)`;
    expect(await read('files/io/today.txt')).toBe(`${mark}\n3431---pcscd---240---3\n`);
    expect(troubles).toEqual([]);
  });

  test.each(['../x', '/etc/x', 'a/../../x', '.', 'a/'])('an output file may not be %s', async file => {
    const { path, troubles, read } = await keep(applyOf(withOutputFile(small, file)));
    expect(troubles).toEqual([
      `the history in ${path} is incomplete: output.file ${JSON.stringify(file)} leads out of the run's directory`,
    ]);
    expect(await readdir(path)).not.toContain('files');
    expect(JSON.parse(await read('summary.json'))).toMatchObject({ complete: false });
  });

  test('3,000 hosts with lines in turn do not need 3,000 open files', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => host(`db${index}`));
    const { path, troubles, read } = await keep(
      [0, 1].flatMap(round => names.map(name => line(round, name, `line ${round}`))),
    );
    expect(troubles).toEqual([]);
    expect((await readdir(join(path, 'output'))).length).toBe(3_000);
    expect(await read('output/db2999.txt')).toBe('line 0\nline 1\n');
  });

  test('a file that cannot be written is said once, and all else is kept', async () => {
    const { path } = await openRun();
    const troubles: string[] = [];
    await rm(join(path, 'output'), { recursive: true });
    // A link into a full device: every write there is ENOSPC, as on a full disk.
    const { symlink, mkdir } = await import('node:fs/promises');
    await mkdir(join(path, 'output'));
    for (const name of ['db1', 'db2']) await symlink('/dev/full', join(path, 'output', `${name}.txt`));
    const writer = createHistoryWriter(path, { onTrouble: reason => troubles.push(reason) });
    for (const name of hosts('db1', 'db2', 'db3')) writer.read(line(1, name, 'text'));
    writer.read(at(2, finished(host('db1'), { kind: 'ok' })));
    await writer.close();
    expect(troubles).toEqual([
      expect.stringMatching(/^the history in .* is incomplete: ENOSPC: no space left on device/),
    ]);
    expect(await readFile(join(path, 'output', 'db3.txt'), 'utf8')).toBe('text\n');
    expect(JSON.parse(await readFile(join(path, 'summary.json'), 'utf8'))).toMatchObject({ complete: false });
  });

  test('what came before a crash is there within a second', async () => {
    const { path } = await openRun();
    const writer = createHistoryWriter(path, { onTrouble: () => {} });
    writer.read(line(1, host('db1'), 'early'));
    await expect
      .poll(() => readFile(join(path, 'output', 'db1.txt'), 'utf8').catch(() => ''), { timeout: 5_000 })
      .toBe('early\n');
    await writer.close();
  });

  test('who has too much to write is asked to wait, until it is written', async () => {
    const { path } = await openRun();
    const writer = createHistoryWriter(path, { onTrouble: () => {} });
    expect(writer.congestion()).toBeUndefined();
    for (let count = 0; count < 12; count++) writer.read(line(1, host('db1'), 'x'.repeat(1_000_000)));
    await writer.congestion();
    await writer.close();
    expect((await stat(join(path, 'output', 'db1.txt'))).size).toBe(12 * 1_000_001);
  });
});

describe('a build log', () => {
  test('has the build’s name, and stays in its folder', async () => {
    const directory = await openRun();
    const file = await directory.writeBuildLog('io@6.1.0/x86_64#2', 'WARNING: a\n');
    expect(file).toBe(join(directory.path, 'build', 'io@6.1.0_x86_64#2.log'));
    expect(await readFile(file ?? '', 'utf8')).toBe('WARNING: a\n');
    expect(await directory.writeBuildLog('../../x', '')).toBe(join(directory.path, 'build', '_._.._x.log'));
  });

  test('that cannot be written is none', async () => {
    const directory = await openRun();
    await rm(join(directory.path, 'build'), { recursive: true });
    expect(await directory.writeBuildLog('io', 'text')).toBeUndefined();
  });
});
