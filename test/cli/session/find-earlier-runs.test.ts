import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEarlierRuns } from '../../../src/cli/session/find-earlier-runs.ts';
import type { Event } from '../../../src/model/event.ts';
import type { RunId } from '../../../src/model/ids.ts';
import { applyAt, idAt, keepRun } from '../../support/kept-runs.ts';
import { hosts, plan } from '../../support/sample-run.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapbook-earlier-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const minutes = (ago: number) => new Date(Date.now() - ago * 60_000);
const planned = plan(hosts('db1'));

/** Keeps a run that began so many minutes ago, with a selection if there is one; resolves to its id. */
async function keep(ago: number, playbook = 'io.yml', selection?: readonly string[]): Promise<RunId> {
  const id = idAt(minutes(ago));
  const events = [...applyAt(planned, playbook, minutes(ago))].map(
    (event): Event => (event.kind === 'run-started' && selection !== undefined ? { ...event, selection } : event),
  );
  await keepRun(root, id, events);
  return id as RunId;
}

const directory = (id: RunId) => join(root, 'runs', id);

/** As if its process had been killed. */
async function kill(id: RunId): Promise<void> {
  const file = join(directory(id), 'run.json');
  const { ended, finished, complete, bytes, ...begun } = JSON.parse(await readFile(file, 'utf8'));
  expect([typeof ended, typeof finished, complete, typeof bytes]).toEqual(['string', 'object', true, 'number']);
  await writeFile(file, JSON.stringify({ ...begun, controller: { ...begun.controller, started: '1' } }));
}

test('the newest of the same playbook and selection that ended', async () => {
  await keep(50);
  const wanted = await keep(40);
  await keep(30, 'net.yml');
  const limited = await keep(20, 'io.yml', ['--limit', 'db']);
  const own = await keep(10);
  await keep(5);
  const { ended, died } = await findEarlierRuns(root, own);
  expect([ended?.run, died]).toEqual([wanted, []]);
  expect(
    ended !== undefined && 'tally' in ended && ended.tally.plays[0]?.outcomes.get(hosts('db1')[0] as never),
  ).toEqual({
    kind: 'ok',
  });
  expect((await findEarlierRuns(root, await keep(1, 'io.yml', ['--limit', 'db']))).ended?.run).toBe(limited);
});

test('none before the first one, none that is not there, and none after the limit', async () => {
  const own = await keep(10);
  expect(await findEarlierRuns(root, own)).toEqual({ died: [] });
  expect(await findEarlierRuns(root, '20990101T000000Z-aaaaaa' as RunId)).toEqual({ died: [] });
  expect(await findEarlierRuns(join(root, 'nowhere'), own)).toEqual({ died: [] });
  await keep(20);
  expect(await findEarlierRuns(root, own, 0)).toEqual({ died: [] });
});

test('those that died since then', async () => {
  const ended = await keep(50);
  const first = await keep(40);
  const second = await keep(30);
  const own = await keep(10);
  await kill(first);
  await kill(second);
  expect(await findEarlierRuns(root, own)).toMatchObject({ ended: { run: ended }, died: [second, first] });
});

test('one that is damaged is not compared, and why is said', async () => {
  const before = await keep(50);
  const own = await keep(10);
  const why = async () => {
    const { ended } = await findEarlierRuns(root, own);
    return ended !== undefined && 'unreadable' in ended ? ended.unreadable : ended;
  };
  const events = join(directory(before), 'events.ndjson');
  const whole = await readFile(events, 'utf8');
  await appendFile(events, '{"kind":"host-fin');
  expect(await why()).toBe('1 line of its events.ndjson cannot be read');
  await writeFile(events, `${whole}{"kind":"play-planned","time":"x"}\n`);
  expect(await why()).toBe('1 line of its events.ndjson cannot be read');
  await writeFile(events, whole.split('\n').slice(0, 5).join('\n'));
  expect(await why()).toBe('its events have no end');
  await rm(events);
  expect(await why()).toContain('ENOENT');
});
