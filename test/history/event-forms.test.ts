import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventForms } from '../../src/history/read/event-forms.generated.js';
import { readEvents } from '../../src/history/read/read-events.ts';
import type { Event } from '../../src/model/event.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { pageRun } from '../support/page-run.ts';
import { applyOf, hosts, plan, skipped } from '../support/sample-run.ts';

const planned = { ...plan(hosts('db1', 'db2')), hosts: [...plan(hosts('db1', 'db2')).hosts, skipped] };
/** One of each kind and of each set of properties. */
const samples = [
  ...new Map(
    [...applyOf(planned), ...pageRun(planned)].map((event): [string, Event] => [Object.keys(event).join(), event]),
  ).values(),
];

test.each(samples.map((event): [string, Event] => [event.kind, event]))(
  'a changed part of %s is as the documented form has it, or damage',
  (kind, event) => {
    const isWhole = (value: unknown): boolean => eventForms[kind]?.(value) ?? false;
    expect(isWhole(event)).toBe(true);
    for (const [path, changed] of variantsOf(event)) {
      const said = `${path}: ${isWhole(changed) ? 'whole' : 'damaged'}`;
      expect(said).toBe(`${path}: ${isDocumented(changed) ? 'whole' : 'damaged'}`);
    }
  },
);

test('what another version has written is read: more properties, other kinds, and plans without parts that no reader asks for', async () => {
  const [first] = samples;
  const play = samples.find(event => event.kind === 'play-planned');
  if (first === undefined || play === undefined) throw new Error('no samples');
  const { buildLimits: _, ...older } = play.plan;
  const events = [
    { ...first, colour: 'red' },
    { ...first, kind: 'host-painted' },
    { ...play, plan: older },
  ];
  const other = await read([...events, { ...first, kind: 'constructor' }, { ...first, kind: '__proto__' }]);
  expect(other).toEqual({
    damaged: 0,
    kinds: [first.kind, 'host-painted', 'play-planned', 'constructor', '__proto__'],
  });
});

test('an event that lacks a part is counted and not handed on', async () => {
  const finished = samples.find(event => event.kind === 'host-finished');
  const lacking = [
    { ...finished, outcome: {} },
    { ...finished, outcome: { kind: 'failed' } },
    { ...finished, host: 7 },
    { ...finished, time: 'noon' },
  ];
  expect(await read([...lacking, finished])).toEqual({ damaged: 4, kinds: ['host-finished'] });
});

async function read(
  events: readonly unknown[],
): Promise<{ readonly damaged: number; readonly kinds: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-forms-'));
  try {
    await writeFile(join(folder, 'events.ndjson'), events.map(event => `${JSON.stringify(event)}\n`).join(''));
    const kinds: string[] = [];
    const { damaged } = await readEvents(folder, 'all', ({ kind }) => {
      kinds.push(kind);
    });
    return { damaged, kinds };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isDocumented(event: unknown): boolean {
  try {
    assertValidEvent(event);
    return true;
  } catch {
    return false;
  }
}

/** The event with one part gone or something else, for each part of it; lists by their first item. */
function* variantsOf(event: Event): Generator<readonly [path: string, changed: unknown]> {
  for (const path of pathsOf(event)) {
    // What may be absent in older runs is looked at above.
    if (!/^(?:canary|buildLimits|counted|failuresAllowed)$/.test(String(path.at(-1))))
      yield [`without ${path.join('.')}`, put(event, path)];
    for (const value of [null, '', 'x', -1, 1.5, true, [], {}, [null], { kind: 'x' }]) {
      yield [`${path.join('.')} = ${JSON.stringify(value)}`, put(event, path, value)];
    }
  }
}

function* pathsOf(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (path.length > 0 && path[0] !== 'kind') yield path;
  if (Array.isArray(value) && value.length > 0) yield* pathsOf(value[0], [...path, 0]);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* pathsOf(part, [...path, key]);
  }
}

function put(event: Event, path: readonly (string | number)[], ...[by]: readonly unknown[]): unknown {
  const copy = structuredClone(event) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as typeof at;
  const last = path.at(-1) ?? '';
  if (by === undefined) delete at[last];
  else at[last] = by;
  return JSON.parse(JSON.stringify(copy));
}
