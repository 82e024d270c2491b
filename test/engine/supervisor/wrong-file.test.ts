import { expect, test } from 'vitest';
import type { Fleet } from '../../../src/engine/fleet/fleet.ts';
import { createFleetHostRunner } from '../../../src/engine/rollout/fleet-host-runner.ts';
import type { HostRun, RunContext } from '../../../src/engine/rollout/host-runner.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Host } from '../../../src/model/host.ts';
import type { ElfBuildId, KernelRelease, Machine, ModuleName, RunId } from '../../../src/model/ids.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { BuildId } from '../../../src/model/plan.ts';
import { ok } from '../../../src/model/result.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import { deferred } from '../../../src/process/deferred.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { usualBudget } from '../../support/keep-budget.ts';

/** A target whose processes run another file than the module is for, as its supervisor and SystemTap tell it. */

const expected = '459f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b' as ElfBuildId;
const actual = '8b14ffeeddccbbaa99887766554433221100ffee';
const mismatch = `WARNING: Build-id mismatch [man warning::buildid]: "/opt/victim" pid 217 address 0x55d0, expected ${expected} actual ${actual}`;

/** `says` of each module; STOPPED stands for the moment in which the script is told to stop. */
function speaking(says: Readonly<Record<string, readonly string[]>>): Connection {
  return {
    closed: new Promise(() => undefined),
    async exec(argv) {
      const at = argv.indexOf('tapbook-supervisor');
      const [nonce = '', , , module = ''] = argv.slice(at + 1);
      const stopped = deferred();
      async function* lines(stream: 'out' | 'err'): AsyncGenerator<Uint8Array> {
        for (const line of says[module] ?? []) {
          if (line === 'STOPPED' && stream === 'err') await stopped.promise;
          const isOut = line.startsWith('out: ');
          if (line !== 'STOPPED' && isOut === (stream === 'out'))
            yield Buffer.from(`${line.replace(/^out: /, '').replace('NONCE', nonce)}\n`);
        }
      }
      return ok({
        stdout: lines('out'),
        stderr: lines('err'),
        stdin: {
          write: async text => {
            if (text === 'stop\n') stopped.resolve();
            return 'written';
          },
          end: () => undefined,
        },
        exit: Promise.resolve({ kind: 'code', code: 0 }),
      });
    },
    async [Symbol.asyncDispose]() {
      // Nothing is open.
    },
  };
}

const begun = ['NONCE folder /tmp/tapbook-1', 'NONCE ready BOOT', 'NONCE loaded'];
const clean = 'NONCE ended 0 3 none removed';
const refusedStale = [
  'NONCE folder /tmp/tapbook-1',
  `NONCE refused stale 7 217:victim:${actual}:deleted:victim@1.service,218:?:-:deleted:- /opt/victim`,
  'NONCE ended -1 0 none removed',
];

async function run(
  says: Readonly<Record<string, readonly string[]>>,
  context: Partial<RunContext> = {},
  probed: Artifact['binaries'] = [{ path: '/opt/victim', buildId: expected }],
): Promise<{ readonly outcome: HostOutcome; readonly events: readonly EventBody[] }> {
  const events: EventBody[] = [];
  const never = new AbortController().signal;
  const fleet = {
    open: async () => ok(speaking(says)),
    hold: () => ({ [Symbol.dispose]: () => undefined }),
  } as unknown as Fleet;
  const modules = Object.keys(says) as ModuleName[];
  const scripts = modules.map(module => ({
    module,
    build: module as string as BuildId,
    globals: [],
    limitSeconds: 60,
    end: 'by-itself' as const,
  }));
  const artifact = { ...({} as Artifact), bytes: new Uint8Array(10), binaries: probed };
  const { outcome } = await createFleetHostRunner(fleet)(
    {
      host: { name: 'db1', connection: { kind: 'local' } } as unknown as Host,
      decision: { kind: 'run', as: 'login-user', scripts } as unknown as HostRun['decision'],
      kernel: { release: '6.1.0-9' as KernelRelease, machine: 'x86_64' as Machine },
      uploadDirectory: '/tmp',
      missing: [],
    },
    {
      builds: new Map(scripts.map(({ module, build }) => [build, ok({ ...artifact, module })])),
      events: { emit: event => events.push(event), congestion: () => undefined },
      run: '20260101T000000Z-abcd' as RunId,
      ...{ leaseSeconds: 60, armSeconds: 60, endSeconds: 60, strategy: 'in-order', watch: {}, outputs: undefined },
      ...{ stop: never, abandon: never, keep: usualBudget(), unwinding: new Set<BuildId>() },
      ...context,
    },
  );
  return { outcome, events };
}

test('a mismatch stops the script at once, fails the host, and says who may have been hurt', async () => {
  const { outcome, events } = await run({
    query: [...begun, mismatch, 'STOPPED', 'NONCE stopping asked', 'NONCE traced 10', clean],
  });
  const failure = {
    stage: 'stream',
    cause: `process 217 runs another /opt/victim than the one that the module is for (its build-id is ${actual}, not ${expected}), and the script was stopped: a breakpoint may have been in the middle of its code, and it may have been hurt`,
    cure: 'restart process 217, since what it computes may be wrong by now, then run it again',
    detail: mismatch,
  };
  expect(outcome).toEqual({ kind: 'failed', failure });
  expect(events.find(({ kind }) => kind === 'script-finished')).toMatchObject({ end: { kind: 'failed', failure } });
});

test('it fails the host as well while the probes are armed, and if the script has ended by itself or by an error', async () => {
  const arming = await run({
    query: ['NONCE folder /tmp/x', 'NONCE ready BOOT', mismatch, 'STOPPED', 'NONCE stopping asked', clean],
  });
  expect(arming.outcome).toMatchObject({ kind: 'failed', failure: { stage: 'load' } });
  const ended = await run({ query: [...begun, mismatch, clean] });
  expect(ended.outcome).toMatchObject({ kind: 'failed', failure: { cause: expect.stringContaining('been hurt') } });
  const old = 'ERROR: Build-id mismatch [man error::buildid]: "/opt/victim" byte 0 (0x45 vs 0x8b) address 0x55d0 rc 0';
  const failed = await run({ query: [...begun, old, 'NONCE ended 1 3 none removed'] });
  expect(failed.outcome).toMatchObject({
    failure: { cause: expect.stringMatching(/^a process runs another \/opt\/victim .* been hurt$/), cure: /./ },
  });
});

test('it fails a host that has heard nothing from here after it, too', async () => {
  const { outcome } = await run({ query: [...begun, mismatch, 'NONCE stopping lease', clean] });
  expect(outcome).toMatchObject({ kind: 'failed', failure: { cause: expect.stringContaining('been hurt') } });
});

test('a script may print the same words, and a kernel that does not match is another thing', async () => {
  const same = await run({ query: [...begun, `out: ${mismatch}`, clean] });
  expect(same.outcome).toEqual({ kind: 'ok' });
  const kernel = mismatch.replace('/opt/victim', 'kernel').replace('pid 217', 'pid 0');
  expect((await run({ query: [...begun, kernel, clean] })).outcome).toEqual({ kind: 'ok' });
});

test('where only symbols were asked for, other files in containers are nothing unusual', async () => {
  const others = mismatch.replace('/opt/victim', '/usr/lib/libc.so.6');
  const symbols = { unwinding: new Set(['query' as BuildId]) };
  expect((await run({ query: [...begun, others, clean] }, symbols)).outcome).toEqual({ kind: 'ok' });
  expect((await run({ query: [...begun, mismatch, clean] }, symbols)).outcome.kind).toBe('failed');
  const read = await run({ query: [...begun, others, clean] });
  expect(read.outcome).toMatchObject({
    kind: 'failed',
    failure: {
      cause: expect.stringMatching(/it has no breakpoint there, but what it reads of such a process is wrong$/),
    },
  });
});

test('processes of a former file: the host fails with their names and the services to restart', async () => {
  const { outcome } = await run({ query: refusedStale });
  expect(outcome).toEqual({
    kind: 'failed',
    failure: {
      stage: 'load',
      cause:
        '7 processes run another /opt/victim than the one that is there now, and the breakpoints would be wrong in it: 217 victim (build-id 8b14ffeeddcc, replaced since it began), 218 ? (of an unknown build-id, replaced since it began) and 5 more',
      cure: 'systemctl restart victim@1.service there, then run it again; with stale_processes: skip such hosts are left out',
    },
  });
});

test.each(['in-order', 'together'] as const)('such a host is left out if the play says so, %s', async strategy => {
  const policy = { staleProcesses: 'skip', strategy } as const;
  const alone = await run({ query: refusedStale }, policy);
  expect(alone.outcome).toMatchObject({ kind: 'skipped', reason: /^7 processes/, cure: /^systemctl restart/ });
  expect(alone.events.find(({ kind }) => kind === 'script-finished')).toMatchObject({
    end: { kind: 'skipped' },
    left: { module: 'none', directory: 'removed' },
  });
  // Other scripts of the host probe no such file.
  const both = await run({ query: refusedStale, reads: [...begun, clean] }, policy);
  expect(both.outcome).toMatchObject({ kind: 'ok', scripts: [{ kind: 'skipped', module: 'query' }] });
  // Any other refusal stays a failure.
  const gone = ['NONCE folder /tmp/x', 'NONCE refused binary missing /opt/victim', 'NONCE ended -1 0 none removed'];
  expect((await run({ query: gone }, policy)).outcome.kind).toBe('failed');
});

test.each([
  [`binary ${actual} /opt/victim`, 'its build-id is 8b14ffeeddcc, not 459f0a1b2c3d', /^run it again/],
  ['binary missing /opt/victim', '/opt/victim is not there', /install its package/],
  ['binary no-od /opt/victim', 'od is not there', /coreutils/],
  ['binary no-build-id /opt/victim', 'has no build-id there', /of its package/],
  ['binary not-elf /opt/victim', 'is no program or library there', /^run it again/],
  ['binary unreadable /opt/victim', 'cannot be read there', /become: true/],
  ['unseen /opt/victim', 'it cannot be seen there whether a process runs another /opt/victim', /become: true/],
  [`stale 1 217:victim:${actual}:other-root:- /opt/a b`, 'a process runs another /opt/a b than', /^stop them while/],
])('refused %s', async (word, cause, cure) => {
  const { outcome } = await run({
    query: [`NONCE folder /tmp/x`, `NONCE refused ${word}`, 'NONCE ended -1 0 none removed'],
  });
  expect(outcome).toMatchObject({
    kind: 'failed',
    failure: { stage: 'load', cause: expect.stringContaining(cause), cure: expect.stringMatching(cure) },
  });
});
