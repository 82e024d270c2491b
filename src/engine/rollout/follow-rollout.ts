import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type HostOutcome, isFailure } from '../../model/outcome.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { findStopReason } from '../../plan/rollout/find-stop-reason.ts';
import { type Deferred, deferred } from '../../process/deferred.ts';
import type { LoadTracker } from './track-loads.ts';

/** How far a play has come: what became of its hosts, and whether further ones may begin. */
export interface RolloutState {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Batches begin one after the other; numbered from 0. */
  beginBatch(index: number): void;
  /** Resolves when no host is suspected to have died of its load, or when the rollout is stopped. Until then none begins. */
  waitForClearance(): Promise<void>;
  begin(host: HostName): void;
  /** The host could not be reached, and waits for another turn. */
  putBack(host: HostName): void;
  finish(host: HostName, outcome: HostOutcome): void;
  /** Why no further host begins. */
  stopped(): string | undefined;
  stop(reason: string): void;
  /** Hosts have joined. While `awaited` ones may still join, no stop rule is applied: each is about all hosts. */
  extend(plan: PlannedPlay, awaited: readonly HostName[]): void;
  /** Stops the rollout if enough hosts have failed. Applied by itself once a batch has begun. */
  applyStopRules(): void;
  /** Fires when no further host begins. */
  readonly closed: AbortSignal;
  /** Fires when the hosts that run have to stop as well. */
  readonly halt: AbortSignal;
}

/** Applies the stop rules after each host that fails. A stop is emitted as an event if it keeps any host from running. */
export function followRollout(
  begunWith: PlannedPlay,
  events: LoadTracker,
  mayJoin: 'may-join' | 'all-here' = 'all-here',
): RolloutState {
  let plan = begunWith;
  let isOpen = mayJoin === 'may-join';
  const outcomes = new Map<HostName, HostOutcome>();
  const failed = new Set<HostName>();
  const vanished = new Set<HostName>();
  /** Each host with its start, in milliseconds. */
  const begun = new Map<HostName, number>();
  const gate = createGate();
  const waiting: Deferred<void>[] = [];
  let batches = 0;
  const applyStopRules = (): void => {
    if (gate.reason() !== undefined || isOpen) return;
    const reason = findStopReason({ ...plan, batches: plan.batches.slice(0, batches) }, failed);
    if (reason === undefined) return;
    gate.close(reason);
    const isAnyLeft = plan.batches.flat().some(host => !begun.has(host) && !outcomes.has(host));
    if (isAnyLeft) events.emit({ kind: 'rollout-stopped', reason });
  };
  const haltBecauseOf = (host: HostName, cause: string): void => {
    const running = [...begun.keys()].filter(name => name !== host && !outcomes.has(name));
    const others = [...events.loadedOn].filter(name => !vanished.has(name) && !running.includes(name));
    const earlier = [...vanished].filter(name => name !== host);
    const before = earlier.length === 0 ? [] : [`${listSome(earlier)} vanished before (${sayLimit(plan)})`];
    const reason = [`${host}: ${cause}`, ...before, ...describeOthers(running, others)].join('; ');
    gate.close(reason);
    gate.haltAll();
    events.emit({ kind: 'rollout-stopped', reason });
  };
  return {
    outcomes,
    beginBatch(index) {
      batches = index + 1;
      applyStopRules();
    },
    async waitForClearance() {
      while (events.lost.size > 0 && gate.reason() === undefined) {
        const change = deferred();
        waiting.push(change);
        await change.promise;
      }
    },
    begin: host => begun.set(host, performance.now()),
    putBack: host => begun.delete(host),
    finish(host, outcome) {
      outcomes.set(host, outcome);
      if (isFailure(outcome)) failed.add(host);
      // Whatever the playbook's rules say: the module may have crashed this kernel, and would crash the next one.
      if (outcome.kind === 'unreachable' && outcome.vanishedAfterLoad === true) {
        vanished.add(host);
        const isOneTooMany = vanished.size >= (plan.rollout.stopAtVanished?.hosts ?? 1);
        if (isOneTooMany && !gate.halt.aborted) haltBecauseOf(host, outcome.failure.cause);
      }
      const since = begun.get(host);
      const seconds = since === undefined ? undefined : Math.round(performance.now() - since) / 1000;
      events.emit({ kind: 'host-finished', host, ...optional('seconds', seconds), outcome });
      // Before the first batch, the outcomes that the plan already knows are gathered first.
      if (batches > 0 && isFailure(outcome)) applyStopRules();
      for (const one of waiting.splice(0)) one.resolve();
    },
    stopped: gate.reason,
    stop: gate.close,
    extend(next, awaited) {
      plan = next;
      isOpen = awaited.length > 0;
      applyStopRules();
    },
    applyStopRules,
    closed: gate.closed,
    halt: gate.halt,
  };
}

/** What keeps further hosts from beginning, and stops those that run. */
interface Gate extends Pick<RolloutState, 'closed' | 'halt'> {
  /** Why it is closed; undefined while it is open. */
  reason(): string | undefined;
  /** The latest reason counts. */
  close(reason: string): void;
  haltAll(): void;
}

function createGate(): Gate {
  const closed = new AbortController();
  const halt = new AbortController();
  let why: string | undefined;
  return {
    closed: closed.signal,
    halt: halt.signal,
    reason: () => why,
    close(reason) {
      why = reason;
      closed.abort();
    },
    haltAll: () => halt.abort(),
  };
}

function sayLimit({ rollout: { stopAtVanished } }: PlannedPlay): string {
  const { hosts = 1, percent } = stopAtVanished ?? {};
  return `stop_at_vanished_hosts is ${percent === undefined ? hosts : `${percent}%, here ${hosts}`}`;
}

/** The hosts that have, or may have, the same module loaded. */
function describeOthers(running: readonly HostName[], others: readonly HostName[]): readonly string[] {
  if (running.length + others.length === 0) return ['no other host was touched'];
  return [
    ...(running.length === 0 ? [] : [`stopped on ${listSome(running)} as well`]),
    ...(others.length === 0 ? [] : [`${listSome(others)} had a module loaded before`]),
  ];
}

function listSome(names: readonly HostName[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
