import { expect, test } from 'vitest';
import type { Fleet } from '../../../src/engine/fleet/fleet.ts';
import { createFleetHostRunner } from '../../../src/engine/rollout/fleet-host-runner.ts';
import type { HostRun } from '../../../src/engine/rollout/host-runner.ts';
import { concludeScript } from '../../../src/engine/supervisor/conclude-script.ts';
import { supervise } from '../../../src/engine/supervisor/supervise.ts';
import type { SupervisedRun, Supervision } from '../../../src/engine/supervisor/supervision.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Host } from '../../../src/model/host.ts';
import type { KernelRelease, Machine, ModuleName, RunId } from '../../../src/model/ids.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import { ok } from '../../../src/model/result.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { usualBudget } from '../../support/keep-budget.ts';

/** A target that floods what its supervisor says to us. What is kept has a length, and what is left out is told. */

const module = 'io' as ModuleName;
const many = 100_000;

/** `says`: of NONCE, lines with it before them are the supervisor's own words. */
function speaking(says: (nonce: string) => Iterable<string>): Connection {
  return {
    closed: new Promise(() => undefined),
    async exec(argv) {
      const nonce = argv[argv.indexOf('tapbook-supervisor') + 1] ?? '';
      return ok({
        stdout: chunks([]),
        stderr: chunks(says(nonce)),
        stdin: { write: async () => 'written', end: () => undefined },
        exit: Promise.resolve({ kind: 'code', code: 0 }),
      });
    },
    async [Symbol.asyncDispose]() {
      // Nothing is open.
    },
  };
}

async function* chunks(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < 64_000) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

async function run(says: (nonce: string) => Iterable<string>): Promise<SupervisedRun & { readonly heard: number }> {
  let heard = 0;
  const never = new AbortController().signal;
  const options: Supervision = {
    connection: speaking(says),
    run: '20260101T000000Z-abcd' as RunId,
    script: { module, build: 'b' as BuildId, globals: [], limitSeconds: 60, end: 'by-itself' },
    artifact: {
      ...({} as Artifact),
      module,
      binaries: [],
      bytes: new Uint8Array(10),
      sha256: '' as Artifact['sha256'],
    },
    kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
    as: 'login-user',
    uploadDirectory: '/tmp',
    leaseSeconds: 60,
    armSeconds: 60,
    endSeconds: 60,
    watch: {},
    stop: never,
    abandon: never,
    onLoaded: () => undefined,
    onArmed: () => undefined,
    onLine: () => {
      heard++;
      return undefined;
    },
  };
  return { ...(await supervise(options)), heard };
}

function outcomeOf(ended: SupervisedRun) {
  const host = { name: 'db1', connection: { kind: 'local' } } as unknown as Host;
  return concludeScript(ended, { host, as: 'login-user', module, leaseSeconds: 60, vanished: undefined });
}

/** As a supervisor speaks, with a flood in its midst. */
function* around(nonce: string, flood: (at: number) => string, times = many): Iterable<string> {
  for (const word of ['folder /tmp/tapbook-1', 'ready BOOT', 'loaded']) yield `${nonce} ${word}`;
  for (let at = 0; at < times; at++) yield flood(at);
  yield `${nonce} ended 0 3 none removed`;
}

const told = `its supervisor said ${many} things that none of ours says`;

test.each<[string, (nonce: string) => (at: number) => string, string[]]>([
  ['what it cannot check', nonce => () => `${nonce} unchecked sha256`, []],
  ['checks that there are not', nonce => at => `${nonce} unchecked ${at}`, [told]],
  ['words of its own', nonce => at => `${nonce} word${at} x`, [told]],
  ['numbers that are none', nonce => () => `${nonce} traced soon`, [told]],
  ['empty words', nonce => () => `${nonce} `, [told]],
  ['ends', nonce => () => `${nonce} ended x y z`, [told]],
  ['folders', nonce => at => `${nonce} folder /tmp/tapbook-${at}`, []],
  ['loads', nonce => () => `${nonce} loaded`, []],
  ["staprun's own words", () => at => `stapio:main:${at} x`, []],
])('%s without end', async (_what, flood, notes) => {
  const ended = await run(nonce => around(nonce, flood(nonce)));
  expect(ended.unchecked.length).toBeLessThan(2);
  expect(ended.notes.filter(note => note.startsWith('its supervisor'))).toEqual(notes);
  expect(ended.left).toEqual({ module: 'none', directory: 'removed' });
  const kind = _what.startsWith('staprun') || notes.length > 0 ? 'degraded' : 'ok';
  expect(outcomeOf(ended).kind).toBe(kind);
  expect(JSON.stringify(ended).length).toBeLessThan(2_000);
});

test('warnings without end are all handed on; of a failure in their midst the cause is known, and its detail is short', async () => {
  const ended = await run(nonce =>
    around(nonce, at => (at === 50_000 ? 'ERROR: MAXACTION exceeded near operator' : `WARNING: ${at}`)),
  );
  expect(ended.heard).toBe(many);
  const { end } = ended;
  if (end.kind !== 'failed') throw new Error(end.kind);
  expect(end.failure.cause).toMatch(/MAXACTION allows/);
  expect(end.failure.detail).toMatch(/^ERROR: MAXACTION exceeded.*\nWARNING: 0\nWARNING: 1\n/);
  expect(end.failure.detail).toMatch(/\n… and \d+ more lines\n(?:WARNING: \d+\n)+WARNING: 99999$/);
  expect(end.failure.detail?.length).toBeLessThan(80_000);
});

test.each(['refused', 'stopping', 'stuck', 'kept', 'folder', 'target 1'])(
  'a word of a million characters: %s',
  async word => {
    const long = 'x'.repeat(1_000_000);
    const ended = await run(nonce => [
      `${nonce} ready BOOT`,
      `${nonce} ${word} ${long}`,
      `${nonce} ended 1 3 loaded left`,
    ]);
    // Beyond 64 kB the rest of a line comes as lines of its own, which are staprun's.
    expect(JSON.stringify(ended).length).toBeLessThan(70_000);
  },
);

test('libraries without unwind data are named up to ten, and counted', async () => {
  const ended = await run(nonce =>
    around(nonce, at => `WARNING: Missing unwind data for a module, rerun with 'stap -d lib${at}.so'`, 100),
  );
  expect(ended.notes[0]).toMatch(/^backtraces end in lib0\.so, .*lib9\.so and 90 more, of which/);
});

test('a host beside one that floods ends as it would alone, and what is told of each is its own', async () => {
  const never = new AbortController().signal;
  const events: EventBody[] = [];
  const connections: Readonly<Record<string, Connection>> = {
    db1: speaking(nonce => around(nonce, at => `${nonce} unchecked ${at}`)),
    db2: speaking(nonce => around(nonce, () => 'WARNING: careful', 1)),
  };
  const fleet = {
    open: async ({ name }: Host) => ok(connections[name]),
    hold: () => ({ [Symbol.dispose]: () => undefined }),
  } as unknown as Fleet;
  const script = { module, build: 'b' as BuildId, globals: [], limitSeconds: 60, end: 'by-itself' } as const;
  const artifact: Artifact = { ...({} as Artifact), module, binaries: [], bytes: new Uint8Array(10) };
  const run = createFleetHostRunner(fleet);
  const runOn = (name: string) =>
    run(
      {
        host: { name, connection: { kind: 'local' } } as unknown as Host,
        decision: { kind: 'run', as: 'login-user', scripts: [script] } as unknown as HostRun['decision'],
        kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
        uploadDirectory: '/tmp',
        missing: [],
      },
      {
        builds: new Map([['b' as BuildId, ok(artifact)]]),
        events: { emit: event => events.push(event), congestion: () => undefined },
        run: '20260101T000000Z-abcd' as RunId,
        ...{ leaseSeconds: 60, armSeconds: 60, endSeconds: 60, strategy: 'in-order', watch: {}, outputs: undefined },
        ...{ stop: never, abandon: never, keep: usualBudget(), unwinding: new Set<BuildId>() },
      },
    );
  const [flooding, quiet] = await Promise.all([runOn('db1'), runOn('db2')]);
  expect(flooding.outcome).toMatchObject({ kind: 'degraded', notes: [told] });
  expect(quiet.outcome).toMatchObject({ kind: 'ok' });
  const finished = events.flatMap(event => (event.kind === 'script-finished' ? [event] : []));
  expect(finished.map(({ host, unchecked, left }) => [host, unchecked, left.module]).toSorted()).toEqual([
    ['db1', undefined, 'none'],
    ['db2', undefined, 'none'],
  ]);
  expect(JSON.stringify(finished).length).toBeLessThan(1_000);
});
