import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../src/history/read/read-events.ts';
import type { Event } from '../../src/model/event.ts';
import type { ModuleName } from '../../src/model/ids.ts';
import { keepRun, keptEvents } from '../support/kept-runs.ts';
import { at, host, ioread, line, runId, started } from '../support/sample-run.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapbook-output-events-'));
});
afterEach(() => rm(root, { recursive: true }));

const keep = (events: Iterable<Event>) => keepRun(root, runId, events);
const other = 'latency' as ModuleName;
const db = (number: number) => host(`db${number}`);
const record = (seconds: number, name: string, sample?: number) =>
  at(seconds, {
    kind: 'record',
    ...(sample === undefined ? {} : { section: 'interval', sample }),
    values: { name, bytes: seconds },
    host: db(1),
    module: ioread,
  });
const byModule = (event: Event, module: ModuleName): Event => ({ ...event, module }) as Event;

async function read(directory: string, which: Parameters<typeof readEvents>[1]) {
  const events: Event[] = [];
  const result = await readEvents(directory, which, event => void events.push(event));
  return { ...result, events };
}

const told = (events: readonly Event[]) =>
  events.map(event => (event.kind === 'line' ? `${event.host} ${event.module} ${event.text}` : event.kind));

describe('lines and records in events.ndjson', () => {
  test('are read as they came, with what is between them', async () => {
    const events = [
      line(1, db(1), 'a 1'),
      record(1, 'a'),
      line(1, db(1), 'b 1'),
      record(1, 'b', 1),
      line(1.5, db(1), 'WARNING: late', 'stderr'),
      line(1.501, db(1), '{"kind":"line"} \u2028 \u{1f600}'),
      line(1.501, db(2), ''),
      { ...line(2, db(2), 'of no play'), playNumber: 2, play: 'An other' },
      at(2, { kind: 'notice', severity: 'info', text: 'between' }),
      byModule(line(1.9, db(2), 'the clock was set back'), other),
      record(3, 'c', 2),
    ];
    const directory = await keep(events);
    expect(await keptEvents(directory)).toEqual(events);
    expect((await read(directory, 'without-lines')).events).toEqual(events.filter(({ kind }) => kind !== 'line'));
    expect((await read(directory, 'without-output')).events.map(({ kind }) => kind)).toEqual(['notice']);
    expect((await readFile(join(directory, 'events.ndjson'), 'utf8')).split('\n')).toHaveLength(4);
  });

  test('within a millisecond keep the order of each host, whichever of its scripts printed them', async () => {
    const events = [1, 2, 3].flatMap(round => [
      line(1, db(1), `first ${round}`),
      line(1, db(2), `${round}`),
      byModule(line(1, db(1), `second ${round}`), other),
    ]);
    const kept = told(await keptEvents(await keep(events)));
    for (const name of ['db1', 'db2']) {
      expect(kept.filter(text => text.startsWith(name))).toEqual(told(events).filter(text => text.startsWith(name)));
    }
  });

  test('of a flood take next to nothing', async () => {
    const lines = 30_000;
    const flood = function* (): Generator<Event> {
      for (let index = 0; index < lines; index++) yield line(Math.floor(index / 100) / 1000, db(index % 3), '');
    };
    const directory = await keep(flood());
    expect((await stat(join(directory, 'events.ndjson'))).size / lines).toBeLessThan(0.5);
    expect(await keptEvents(directory)).toHaveLength(lines);
  });

  test('may be of any length', async () => {
    const texts = ['', 'ä'.repeat(64 * 1024), 'x'.repeat(16 * 1024 - 1), 'y\r', '\u{1f600}'.repeat(20_000), 'end'];
    const events = texts.map(text => line(1, db(1), text));
    expect(await keptEvents(await keep(events))).toEqual(events);
  });
});

describe('where no more is kept', () => {
  const full = (seconds: number, stream: 'stdout' | 'stderr' = 'stdout') =>
    at(seconds, { kind: 'output-full', host: db(1), module: ioread, stream, limit: 'max_file', most: 20_000_000 });
  const mark = '… nothing more of ioread_top5 is kept here: output.max_file is 20MB\n';

  test('the file says so; other scripts, streams and hosts go on, and all of it is read as it came', async () => {
    const kept = [
      started,
      line(1, db(1), 'a 1'),
      record(1, 'a'),
      full(2),
      line(3, db(1), 'WARNING: x', 'stderr'),
      line(3, db(2), 'b 1'),
      byModule(line(4, db(1), 'of another'), other),
      { ...line(5, db(1), 'of another play'), playNumber: 2 },
      full(6, 'stderr'),
      at(7, { kind: 'notice', severity: 'info', text: 'end' }),
    ];
    const dropped = [line(2, db(1), 'c 1'), record(2, 'c'), { ...line(6, db(1), 'late', 'stderr') }];
    const directory = await keep([
      ...kept.slice(0, 4),
      ...dropped.slice(0, 2),
      ...kept.slice(4, 9),
      ...dropped.slice(2),
      ...kept.slice(9),
    ]);
    expect(await keptEvents(directory)).toEqual(
      kept.map(event => (event === started ? { ...started, directory } : event)),
    );
    expect(await readFile(join(directory, 'output/db1.txt'), 'utf8')).toBe(`a 1\n${mark}of another\nof another play\n`);
    expect(await readFile(join(directory, 'output/db1.err.txt'), 'utf8')).toBe(`WARNING: x\n${mark}`);
    expect(JSON.parse(await readFile(join(directory, 'summary.json'), 'utf8'))).toMatchObject({ complete: false });
    expect(JSON.parse(await readFile(join(directory, 'run.json'), 'utf8'))).toMatchObject({ complete: false });
  });
});

describe('what cannot be read of them', () => {
  test('is counted: lines without a text, and batches that are none', async () => {
    const directory = await keep([started, line(1, db(1), 'a'), line(1, db(1), 'b'), line(1, db(2), 'c')]);
    await writeFile(join(directory, 'output/db1.txt'), 'a\nhalf of a li');
    await rm(join(directory, 'output/db2.txt'));
    const { events, ...counts } = await read(directory, 'all');
    expect([told(events), counts]).toEqual([['run-started', 'db1 ioread_top5 a'], { damaged: 0, withoutText: 2 }]);
    const batch = JSON.parse((await readFile(join(directory, 'events.ndjson'), 'utf8')).split('\n')[1] ?? '');
    const damaged = [
      { ...batch, time: 'x' },
      { ...batch, from: {} },
      { ...batch, from: [null] },
      { ...batch, from: [{ ...batch.from[0], stream: 'x' }] },
      ...[[9, 0, 1], [0, 'x', 1], [0, 0, -1], [0, 0, 1.5], [0, 0, ['a']], [0, 1e300, 1], {}, null].map(part => ({
        ...batch,
        parts: [part],
      })),
    ];
    await appendFile(join(directory, 'events.ndjson'), damaged.map(one => `${JSON.stringify(one)}\n`).join(''));
    expect(await read(directory, 'all')).toMatchObject({ damaged: damaged.length, withoutText: 2 });
  });

  test('of a run of an older version is nothing: each had a line of its own', async () => {
    const directory = await keep([started]);
    const events = [line(1, db(1), 'a'), record(1, 'a')];
    await appendFile(join(directory, 'events.ndjson'), events.map(one => `${JSON.stringify(one)}\n`).join(''));
    expect(await keptEvents(directory)).toEqual([{ ...started, directory }, ...events]);
    expect((await read(directory, 'without-lines')).events).toHaveLength(2);
    expect((await read(directory, 'without-output')).events).toHaveLength(1);
  });
});
