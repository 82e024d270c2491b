import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplyRequest, applyRun, type RunPorts, type RunResult } from '../../src/engine/apply-run.ts';
import { createEventHub } from '../../src/engine/event-hub.ts';
import { createFleet } from '../../src/engine/fleet/fleet.ts';
import { type Patience, usualPatience } from '../../src/engine/fleet/patience.ts';
import { savePlan } from '../../src/engine/prepare/save-plan.ts';
import type { HostEnd, HostRun, HostRunner, RunContext } from '../../src/engine/rollout/host-runner.ts';
import { openPlays } from '../../src/engine/sources/open-plays.ts';
import type { PlaySource } from '../../src/engine/sources/play-source.ts';
import { noPasswords, type PlaysRequest } from '../../src/engine/sources/requests.ts';
import type { Event, EventReader } from '../../src/model/event.ts';
import type { RunId } from '../../src/model/ids.ts';
import { joinScriptOutcomes } from '../../src/model/join-script-outcomes.ts';
import { optional } from '../../src/model/optional.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { Refusal } from '../../src/model/refusal.ts';
import { version } from '../../src/model/version.ts';
import { openBinaryStore } from '../../src/module/binaries/binary-store.ts';
import { openCanaryRecords } from '../../src/module/cache/canary-records.ts';
import { openKeptFacts } from '../../src/module/cache/kept-facts.ts';
import { type ModuleCache, openModuleCache } from '../../src/module/cache/module-cache.ts';
import { createDescriptorBudget, endlessDescriptors } from '../../src/process/descriptor-budget.ts';
import { connectOptions } from '../support/connect-options.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { type InMemoryHosts, inMemoryHosts } from '../support/in-memory-hosts.ts';

/** The engine with ports of this process: hosts without a network, and somebody who says how each of them ends. */
export interface EngineRig extends InMemoryHosts, AsyncDisposable {
  readonly folder: string;
  readonly cache: ModuleCache;
  /** Writes a file, and resolves to its path. */
  write(name: string, text: string): Promise<string>;
  open(path: string, request?: Partial<PlaysRequest>): Promise<PlaySource>;
  /** Plans a playbook and saves the plan beside it, as `plan --out` does; resolves to its path. */
  save(path: string, request?: Partial<PlaysRequest>): Promise<string>;
  refusal(path: string, request?: Partial<PlaysRequest>): Promise<Refusal>;
  apply(source: PlaySource, wishes?: ApplyWishes): Promise<Applied>;
}

export interface ApplyWishes
  extends Partial<Pick<ApplyRequest, 'command' | 'forks' | 'buildLimitSeconds'>>,
    Partial<Pick<RunPorts, 'stop' | 'abandon' | 'saveLog' | 'ask'>> {
  /** How each host ends that is begun; `ok` without a word. Where only the outcome is said, something was sent there. */
  readonly ends?: (host: string, module: string, turn: HostTurn) => Ending | Promise<Ending>;
  /** Otherwise than in the rig. */
  readonly patience?: Partial<Patience>;
  /** Why what a host has printed is not kept. */
  readonly kept?: EventReader['kept'];
  /** Sees each event, and may do something about it. */
  readonly on?: (event: Event) => void;
}

type Ending = HostOutcome | HostEnd;

/** What a host runner is given. */
export interface HostTurn {
  readonly run: HostRun;
  readonly context: RunContext;
}

export interface Applied {
  readonly result: RunResult;
  readonly events: readonly Event[];
  /** In the order in which they were begun: `db1: ioread`. */
  readonly begun: readonly string[];
  /** How each host came out of each play: `1 db1 ok`. */
  readonly outcomes: readonly string[];
}

/** Hosts without a network answer at once, unless they are told to wait for something: those are late. */
const inNoTime: Patience = { ...usualPatience, unknownMs: 20, leastMs: 20, gatherMs: 20 };
const well: HostOutcome = { kind: 'ok' };
const runId = '20261123T004105Z-1a2b3c' as RunId;

/** `room`: how many connections may be open at a time, under a limit of 100 open files. */
export async function startEngine(inventory: string, { room }: { readonly room?: number } = {}): Promise<EngineRig> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-engine-'));
  const descriptors = room === undefined ? endlessDescriptors : createDescriptorBudget({ limit: 100, room });
  const hosts = inMemoryHosts(descriptors);
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const sources = [await write('hosts.ini', inventory)];
  const cache = openModuleCache(join(folder, 'modules'));
  const never = new AbortController().signal;
  const read = (path: string, request: Partial<PlaysRequest> = {}) =>
    openPlays(path, { inventory: sources, passwords: noPasswords, ...request }, never);
  const open: EngineRig['open'] = async (path, request) => {
    const opened = await read(path, request);
    if (!opened.ok) throw new Error(opened.error.diagnostics.map(({ message }) => message).join('; '));
    return opened.value;
  };
  const memory = (): Pick<RunPorts, 'cache' | 'kept' | 'canaries'> => ({
    cache,
    kept: openKeptFacts(join(folder, 'build-hosts'), 'test'),
    canaries: openCanaryRecords(join(folder, 'canaries')),
  });
  return {
    ...hosts,
    folder,
    cache,
    write,
    open,
    async save(path, request) {
      const source = await open(path, request);
      if (source.kind !== 'playbook') throw new Error(`${path} is a saved plan already`);
      const events = createEventHub(runId, []);
      await using fleet = createFleet(hosts.transport, connectOptions().limits, never, descriptors);
      const context = { ...memory(), fleet, events, forks: 10, signal: never, latecomers: 'are-waited-for' } as const;
      const { ready } = await source.prepare(context);
      const plan = `${path}.plan`;
      const saved = await savePlan(plan, source, { ready, cache, madeAt: new Date(), madeBy: version });
      if (!saved.ok) throw new Error(saved.error.diagnostics.map(({ message }) => message).join('; '));
      return plan;
    },
    async refusal(path, request) {
      const opened = await read(path, request);
      if (opened.ok) throw new Error('it was not refused');
      return opened.error;
    },
    async apply(source, wishes = {}) {
      const { command = 'apply', forks = 10, stop = never, abandon = never, buildLimitSeconds } = wishes;
      const { ends = () => well, saveLog = async () => undefined, on, patience, kept, ask } = wishes;
      const events: Event[] = [];
      const begun: string[] = [];
      const hear = (event: Event): void => {
        assertValidEvent(event);
        events.push(event);
        on?.(event);
      };
      const reader = { read: hear, congestion: () => undefined, close: async () => undefined };
      const hub = createEventHub(runId, [{ ...reader, ...optional('kept', kept) }]);
      const runHost: HostRunner = async (run, context) => {
        const { host, decision } = run;
        const modules = decision.scripts.map(({ module }) => module).join(' ');
        // As the runner of a fleet has it; other tests say what becomes of hosts that are gone by then.
        using _held = room === undefined ? undefined : fleet.hold(host.name);
        const opened = room === undefined ? undefined : await fleet.open(host);
        if (opened?.ok === false) return { outcome: { kind: 'unreachable', failure: opened.error }, sent: 'nothing' };
        begun.push(`${host.name}: ${modules}`);
        const end = await ends(host.name, modules, { run, context });
        if ('sent' in end) return end;
        const [script] = decision.scripts;
        const own = script === undefined ? [] : [{ ...end, module: script.module }];
        const planned = run.missing.length + decision.scripts.length;
        const outcome = run.missing.length === 0 ? end : joinScriptOutcomes([...run.missing, ...own], planned);
        return { outcome, sent: 'something' };
      };
      await using fleet = createFleet(hosts.transport, connectOptions().limits, stop, descriptors);
      const result = await applyRun(
        {
          command,
          run: runId,
          source,
          forks,
          leaseSeconds: 60,
          armSeconds: 60,
          endSeconds: 60,
          ...optional('buildLimitSeconds', buildLimitSeconds),
        },
        {
          ...memory(),
          fleet,
          events: hub,
          binaries: openBinaryStore(join(folder, 'binaries')),
          ...optional('ask', ask),
          saveLog,
          stop,
          abandon,
          patience: { ...inNoTime, ...patience },
          runHost,
        },
      );
      return { result, events, begun, outcomes: events.flatMap(sayOutcome) };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function sayOutcome(event: Event): readonly string[] {
  if (event.kind !== 'host-finished') return [];
  const { host, outcome, playNumber } = event;
  const why = 'failure' in outcome ? ` at ${outcome.failure.stage}` : 'reason' in outcome ? `: ${outcome.reason}` : '';
  return [`${playNumber} ${host} ${outcome.kind}${why}`];
}
