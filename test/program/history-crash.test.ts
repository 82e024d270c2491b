import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { becomes, type StandInFleet, startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook, startTapbook } from '../support/tapbook.ts';

const why = whyNoFleet();
if (why !== undefined) console.log(`what outlives a crash is left out: ${why}`);

let fleet: StandInFleet;
let root = '';
beforeAll(async () => {
  if (why !== undefined) return;
  fleet = await startStandInFleet('db1');
  root = join(fleet.folder, 'state/tapbook/runs');
}, 60_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

const play = (name: string, duration: string): Promise<string> =>
  fleet.playbook(
    `${name}.yml`,
    `- hosts: db\n  scripts: [{ name: ${name}, inline: 'probe begin {}', duration: ${duration} }]\n`,
  );
const args = (playbook: string) => ['apply', playbook, '-i', fleet.inventory, '--lease', '5'];
const runs = async () => (await readdir(root)).sort();

/** Files and folders below a path that somebody else may read. */
async function open(path: string): Promise<readonly string[]> {
  const names = await readdir(path, { recursive: true });
  const modes = await Promise.all(
    ['.', ...names].map(async name => [name, ((await stat(join(path, name))).mode & 0o777).toString(8)] as const),
  );
  return modes.filter(([, mode]) => !['700', '600'].includes(mode)).map(([name, mode]) => `${name} ${mode}`);
}

/** Starts a run that streams, and resolves with its id. */
async function startLong(name: string) {
  const before: readonly string[] = await runs().catch(() => []);
  const running = startTapbook(args(await play(name, '10m')), { env: fleet.env });
  await becomes(
    async () => running.stdout(),
    text => text.includes('line 5'),
  );
  const [id = ''] = (await runs()).filter(one => !before.includes(one));
  return { running, id };
}

describe.skipIf(why !== undefined)('the history', () => {
  test('has what a run that was killed had to say, for its owner only; and the next one tells', async () => {
    const { running, id } = await startLong('crash');
    const seen = running
      .stdout()
      .split('\n')
      .filter(line => line.startsWith('db1 | '))
      .map(line => line.slice('db1 | '.length));
    const file = join(root, id, 'output/db1.txt');
    const wrote = () => readFile(file, 'utf8').catch(() => '');
    await becomes(wrote, text => text.includes(`${seen.at(-1)}\n`), 100);
    running.kill('SIGKILL');
    await running.finished;
    expect((await wrote()).split('\n').slice(0, seen.length)).toEqual(seen);
    const events = await runTapbook(['show', id, '--events'], { env: fleet.env });
    expect(
      eventsOf(parseEvents(events.stdout), 'line')
        .map(({ text }) => text)
        .slice(0, seen.length),
    ).toEqual(seen);
    expect(events.stderr).toBe('');
    expect(await readdir(join(root, id))).toEqual(expect.arrayContaining(['hosts', 'plan.json', 'run.json']));
    expect(await open(join(fleet.folder, 'state'))).toEqual([]);

    const listed = await runTapbook(['runs', '--outcome', 'died', '--format', 'json'], { env: fleet.env });
    expect(JSON.parse(listed.stdout).id).toBe(id);
    expect(await becomes(fleet.left, left => left.length === 0)).toEqual([]);
    const next = await runTapbook([...args(await play('crash', '1s')), '--quiet'], { env: fleet.env });
    expect([next.code, next.stdout]).toEqual([0, '']);
    expect(next.stderr).toContain(`\nrun ${id} died and could not say so: tapbook show ${id}\n`);
    expect(await runTapbook([...args(await play('crash', '1s')), '-q'], { env: fleet.env })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test.each([
    ['TAPBOOK_KEEP_RUNS', '1'],
    ['TAPBOOK_KEEP_AGE', '1s'],
    ['TAPBOOK_KEEP_SIZE', '1kB'],
  ])('goes by $%s after an apply, but for the run that is in progress', async (name, value) => {
    await rm(root, { recursive: true, force: true });
    const { running, id } = await startLong('busy');
    try {
      const short = args(await play('short', '1s'));
      const [first, second] = [
        await runTapbook(short, { env: fleet.env }),
        await runTapbook(short, { env: fleet.env }),
      ];
      expect([first.code, second.code]).toEqual([0, 0]);
      expect(await runs()).toHaveLength(3);
      const last = await runTapbook([...short, '-q'], { env: { ...fleet.env, [name]: value } });
      expect(last).toEqual({ code: 0, stdout: '', stderr: '' });
      const left = await runs();
      expect(left).toHaveLength(2);
      expect(left).toContain(id);
    } finally {
      running.kill('SIGINT');
      expect((await running.finished).code).toBe(130);
    }
    const { stdout } = await runTapbook(['show', id, '--format', 'json'], { env: fleet.env });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'finished', complete: true, trouble: [] });
  });

  test('is on the disk before it is told to be: each file is synced, and the folder of its name', async context => {
    const trace = join(fleet.folder, 'trace');
    const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;
    const words = ['-f', '-y', '-qq', '-s', '200', '-e', 'trace=fsync,rename', '-o', trace, process.execPath, program];
    const env = { PATH: process.env['PATH'], ...fleet.env };
    const traced = spawnSync('strace', [...words, ...args(await play('synced', '1s')), '-q'], {
      env,
      encoding: 'utf8',
    });
    if (traced.error !== undefined || traced.stderr.includes('PTRACE')) context.skip('strace may not be used here');
    expect(traced.status).toBe(0);
    const id = (await runs()).at(-1) ?? '';
    const told = (await readFile(trace, 'utf8')).split('\n').flatMap(line => {
      const [, call, synced, renamed] = /(fsync|rename)\((?:\d+<([^>]*)>|"[^"]*", "([^"]*)")/.exec(line) ?? [];
      const path = synced ?? renamed ?? '';
      const name = path
        .slice(root.length)
        .replace(`/${id}`, '/RUN')
        .replace(/\.\d+$/, '');
      return path.startsWith(root) ? [`${call} ${name === '' ? 'the list' : name}`] : [];
    });
    const written = ['run.json', 'plan.json', 'summary.json', 'run.json'];
    const each = (name: string) => [`fsync /RUN/${name}`, `rename /RUN/${name}`, 'fsync /RUN'];
    expect(told).toEqual([
      'fsync the list',
      ...written.slice(0, 2).flatMap(each),
      'fsync /RUN/events.ndjson',
      ...written.slice(2).flatMap(each),
    ]);
  });
});
