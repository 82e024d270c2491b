import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFleet } from '../../../src/engine/fleet/fleet.ts';
import { createFleetHostRunner } from '../../../src/engine/rollout/fleet-host-runner.ts';
import { type PlayResult, runPlay } from '../../../src/engine/rollout/run-play.ts';
import type { EventBody, EventSink } from '../../../src/model/event.ts';
import type { Host } from '../../../src/model/host.ts';
import type { ArtifactKey, HostName, ModuleName, RunId, Sha256 } from '../../../src/model/ids.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { ok } from '../../../src/model/result.ts';
import { unknownNeeds } from '../../../src/model/script-needs.ts';
import type { Artifact } from '../../../src/module/cache/module-cache.ts';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { bind, makePlan, makeScript, type PlanParts, ready } from '../../plan/rig.ts';
import { connectOptions } from '../../support/connect-options.ts';
import { usualBudget } from '../../support/keep-budget.ts';
import { startScriptedSshServer } from '../../support/scripted-ssh-server.ts';
import { type StandInHost, startStandInHost } from '../stand-in-host.ts';

const bytes = randomBytes(5_000);
const artifact: Artifact = {
  key: 'a'.repeat(64) as ArtifactKey,
  module: 'io' as ModuleName,
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex') as Sha256,
  vermagic: '6.1.0-56-cloud-amd64 SMP',
  parameters: [],
  binaries: [],
};

/** Turns and retries over real connections. Rollouts in-process: ../rollout-run.test.ts, ../rollout-stops.test.ts. */
let standIns: readonly StandInHost[] = [];
beforeAll(async () => {
  standIns = await Promise.all(['db1', 'db2', 'db3'].map(startStandInHost));
});
afterAll(async () => {
  for (const one of standIns) await one[Symbol.asyncDispose]();
});
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of standIns) await one.behaveWell();
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface RunParts {
  readonly play?: PlanParts['play'];
  readonly forks?: number;
  /** The scripts of each host; `io` without a word. */
  readonly modules?: readonly string[];
  /** More hosts than the three, behind them. */
  readonly others?: readonly Host[];
  /** Without the three, or behind these. */
  readonly othersAre?: 'alone' | 'first';
  readonly stop?: AbortSignal;
  /** Sees each event, and may do something about it. */
  readonly on?: (event: EventBody) => void;
}

interface Ran extends PlayResult {
  readonly told: readonly string[];
  readonly events: readonly EventBody[];
}

async function run(parts: RunParts): Promise<Ran> {
  const { others = [], othersAre } = parts;
  const own = othersAre === 'alone' ? [] : standIns.map(({ host }) => host);
  const hosts = othersAre === 'first' ? [...others, ...own] : [...own, ...others];
  const { modules = ['io'] } = parts;
  const scripts = modules.map(name => bind(makeScript({ name, run: { kind: 'until-exit', limitSeconds: 60 } })));
  const plan = makePlan({
    targets: hosts.map(({ name }) => ({ ...ready(name, { scripts }), needs: scripts.map(() => unknownNeeds) })),
    ...(parts.play === undefined ? {} : { play: parts.play }),
  });
  const events: EventBody[] = [];
  const sink: EventSink = {
    emit(event) {
      events.push(event);
      parts.on?.(event);
    },
    congestion: () => undefined,
  };
  const stop = parts.stop ?? new AbortController().signal;
  const fleet = createFleet(createSshTransport(), connectOptions().limits, new AbortController().signal);
  open.push(fleet);
  const result = await runPlay({
    plan,
    hosts: new Map(hosts.map(host => [host.name, host])),
    uploadDirectories: new Map(
      hosts.map(host => [host.name, standIns.find(one => one.host === host)?.uploads ?? '/tmp']),
    ),
    provide: async builds =>
      new Map(builds.map(id => [id, ok({ ...artifact, module: id.split('@')[0] as ModuleName })])),
    failedBefore: new Set(),
    fleet,
    runHost: createFleetHostRunner(fleet),
    events: sink,
    run: '20261123T004105Z-1a2b3c' as RunId,
    forks: parts.forks ?? 10,
    leaseSeconds: 30,
    armSeconds: 30,
    endSeconds: 30,
    keep: usualBudget(),
    stop,
    abandon: new AbortController().signal,
  });
  return { ...result, events, told: [...result.outcomes].map(([name, outcome]) => `${name} ${say(outcome)}`) };
}

function say(outcome: HostOutcome): string {
  if ('failure' in outcome) return `${outcome.kind} at ${outcome.failure.stage}`;
  return 'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;
}

const stops = (events: readonly EventBody[]): readonly string[] =>
  events.flatMap(event => (event.kind === 'rollout-stopped' ? [event.reason] : []));

const retriesOf = (events: readonly EventBody[]): readonly string[] =>
  events.flatMap(event => (event.kind === 'host-retry' ? [`${event.host} ${event.retry}/${event.of}`] : []));

const failing = async (index: number): Promise<void> => standIns[index]?.behave('fail');

describe('batches', () => {
  test('all well: batch after batch', async () => {
    const { told, events, stopped } = await run({
      play: {
        serial: [
          { kind: 'hosts', count: 1 },
          { kind: 'hosts', count: 2 },
        ],
      },
    });
    expect(told.toSorted()).toEqual(['db1 ok', 'db2 ok', 'db3 ok']);
    expect(stopped).toBeUndefined();
    expect(events.flatMap(event => (event.kind === 'batch-started' ? [event.hosts] : []))).toEqual([
      ['db1'],
      ['db2', 'db3'],
    ]);
  });

  test('max_fail_percentage within a batch: who runs ends as planned', async () => {
    await failing(0);
    await standIns[1]?.behave('hold');
    const { told, events } = await run({
      play: { maxFailPercentage: 30 },
      forks: 2,
      on: event => {
        if (event.kind === 'rollout-stopped') void standIns[1]?.behaveWell();
      },
    });
    const reason = '1 of 3 hosts failed (33 %), max_fail_percentage is 30';
    expect(told.toSorted()).toEqual(['db1 failed at load', 'db2 ok', `db3 not-started: ${reason}`]);
    expect(stops(events)).toEqual([reason]);
  });
});

describe('retries', () => {
  const nobody = (name: string): Host => ({
    name: name as HostName,
    groups: [],
    vars: {},
    connection: { kind: 'ssh', client: 'any', address: '127.0.0.1', port: 1, user: 'x' },
  });

  test('a dead host is tried again without a fork of its own', async () => {
    const { told, events } = await run({
      others: [nobody('dead')],
      play: { retry: { retries: 2, delaySeconds: 0.2 } },
      forks: 1,
    });
    expect(told.toSorted()).toEqual(['db1 ok', 'db2 ok', 'db3 ok', 'dead unreachable at connect']);
    expect(retriesOf(events)).toEqual(['dead 1/2', 'dead 2/2']);
  });

  test('an interrupt ends the waiting', async () => {
    const stop = new AbortController();
    const { told, events } = await run({
      others: [nobody('dead')],
      othersAre: 'alone',
      play: { retry: { retries: 2, delaySeconds: 3600 } },
      stop: stop.signal,
      on: event => {
        if (event.kind === 'host-retry') stop.abort();
      },
    });
    expect(told).toEqual(['dead not-started: interrupted']);
    expect(retriesOf(events)).toEqual(['dead 1/2']);
  });

  test('so does what stops the rollout', async () => {
    await failing(0);
    const { told } = await run({
      others: [nobody('dead')],
      othersAre: 'first',
      play: { anyErrorsFatal: true, retry: { retries: 2, delaySeconds: 3600 } },
      forks: 1,
    });
    expect(told).toContain('dead not-started: any_errors_fatal: db1 failed');
  });

  test('a connection that is lost before anything was sent is made anew', async () => {
    let commands = 0;
    await using server = await startScriptedSshServer({
      onCommand: (_command, _start, { cut }) => {
        commands++;
        cut();
      },
    });
    const flaky = { ...server.host, name: 'flaky' as HostName };
    const { told, events } = await run({
      others: [flaky],
      othersAre: 'alone',
      play: { retry: { retries: 1, delaySeconds: 0.2 } },
    });
    expect(told).toEqual(['flaky unreachable at stream']);
    expect(retriesOf(events)).toEqual(['flaky 1/1']);
    expect(commands).toBe(2);
  });

  test('never once the module may have got there', async () => {
    let commands = 0;
    await using server = await startScriptedSshServer({
      onCommand: (_command, start, { cut }) => {
        commands++;
        const channel = start();
        channel.once('data', cut);
      },
    });
    const flaky = { ...server.host, name: 'flaky' as HostName };
    const { told, events } = await run({
      others: [flaky],
      othersAre: 'alone',
      play: { retry: { retries: 3, delaySeconds: 0.2 } },
    });
    expect(told).toEqual(['flaky unreachable at stream']);
    expect(retriesOf(events)).toEqual([]);
    expect(commands).toBe(1);
  });

  test('a load that failed is not tried again', async () => {
    await failing(0);
    const { told, events } = await run({ play: { retry: { retries: 3, delaySeconds: 0 } } });
    expect(told.toSorted()).toEqual(['db1 failed at load', 'db2 ok', 'db3 ok']);
    expect(retriesOf(events)).toEqual([]);
  });
});

describe('one script of a host fails', () => {
  const ends = (events: readonly EventBody[], name: string): readonly string[] =>
    events.flatMap(event =>
      event.kind === 'script-finished' && event.host === name ? [`${event.module} ${event.end.kind}`] : [],
    );
  const of = ({ outcomes }: Ran, name: string): HostOutcome | undefined => outcomes.get(name as HostName);
  const modules = ['io', 'mid', 'net'];

  test('in order: those behind it are not begun, and it is named', async () => {
    await standIns[0]?.behave('fail-mid');
    const ran = await run({ modules });
    expect(ends(ran.events, 'db1')).toEqual(['io exited', 'mid failed']);
    expect(ends(ran.events, 'db2')).toEqual(['io exited', 'mid exited', 'net exited']);
    expect(of(ran, 'db1')).toMatchObject({
      kind: 'failed',
      failure: { stage: 'load', cause: expect.stringMatching(/^mid: /) },
      scripts: [
        { module: 'mid', kind: 'failed' },
        { module: 'net', kind: 'not-started', reason: 'mid failed before it' },
      ],
    });
  });

  test.each(['in-order', 'together'] as const)('%s, on_script_failure: continue: the others run', async strategy => {
    for (const module of ['io', 'mid']) await standIns[0]?.behave(`fail-${module}`);
    const ran = await run({ modules, play: { strategy, onScriptFailure: 'continue' } });
    expect(ends(ran.events, 'db1').toSorted()).toEqual(['io failed', 'mid failed', 'net exited']);
    expect(of(ran, 'db1')).toMatchObject({ scripts: [{ module: 'io' }, { module: 'mid' }] });
    expect(ran.told.toSorted()).toEqual(['db1 failed at load', 'db2 ok', 'db3 ok']);
  });
});
