import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type HostOutcome, isFailure } from '../../model/outcome.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { whyStop } from '../../plan/rollout/why-stop.ts';
import { type Deferred, deferred } from '../../process/deferred.ts';
import type { LoadOutput } from './collect-load-output.ts';

/** How far a play has come: what became of its hosts, and whether further ones may begin. */
export interface RolloutState {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Batches come into question one after the other, by their number from 0. */
  beginBatch(index: number): void;
  /**
   * Resolves when a further host may begin or the rollout is stopped: while a host may have died of what was loaded
   * there, nobody begins.
   */
  clearance(): Promise<void>;
  begin(host: HostName): void;
  /** It has begun in vain, and waits for another turn. */
  putBack(host: HostName): void;
  finish(host: HostName, outcome: HostOutcome): void;
  /** Why no further host begins. */
  stopped(): string | undefined;
  stop(reason: string): void;
  /** Hosts have joined; `awaited`: others may yet. While they may, no rule that speaks of all hosts is applied. */
  extend(plan: PlannedPlay, awaited: readonly HostName[]): void;
  /** Whether what is known by now is enough to stop it: asked by itself once a batch is in question. */
  judge(): void;
  /** Fires when no further host begins. */
  readonly closed: AbortSignal;
  /** Fires when the hosts that run have to stop as well. */
  readonly halt: AbortSignal;
}

/** Judges after each host that fails; what stops the rollout is told as an event where it keeps anybody from anything. */
export function followRollout(
  begunWith: PlannedPlay,
  events: LoadOutput,
  mayJoin: 'may-join' | 'all-here' = 'all-here',
): RolloutState {
  let plan = begunWith;
  let isOpen = mayJoin === 'may-join';
  const outcomes = new Map<HostName, HostOutcome>();
  const failed = new Set<HostName>();
  /** With when, in milliseconds. */
  const begun = new Map<HostName, number>();
  const closed = new AbortController();
  const halt = new AbortController();
  const waiting: Deferred<void>[] = [];
  let batches = 0;
  let stopped: string | undefined;
  const isAnybodyLeft = (): boolean =>
    plan.batches.some(batch => batch.some(host => !begun.has(host) && !outcomes.has(host)));
  const close = (reason: string): void => {
    stopped = reason;
    closed.abort();
  };
  const judge = (): void => {
    if (stopped !== undefined || isOpen) return;
    const reason = whyStop({ ...plan, batches: plan.batches.slice(0, batches) }, failed);
    if (reason === undefined) return;
    close(reason);
    if (isAnybodyLeft()) events.emit({ kind: 'rollout-stopped', reason });
  };
  const haltFor = (host: HostName, cause: string): void => {
    const running = [...begun.keys()].filter(name => name !== host && !outcomes.has(name));
    const others = [...events.loadedOn].filter(name => name !== host && !running.includes(name));
    const reason = [`${host}: ${cause}`, ...tellOfOthers(running, others)].join('; ');
    close(reason);
    halt.abort();
    events.emit({ kind: 'rollout-stopped', reason });
  };
  return {
    outcomes,
    beginBatch(index) {
      batches = index + 1;
      judge();
    },
    async clearance() {
      while (events.lost.size > 0 && stopped === undefined) {
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
      // Whatever else is said: the module may have killed its kernel, and would kill the next one.
      const hasVanished = outcome.kind === 'unreachable' && outcome.vanishedAfterLoad === true;
      if (hasVanished && !halt.signal.aborted) haltFor(host, outcome.failure.cause);
      const since = begun.get(host);
      const seconds = since === undefined ? undefined : Math.round(performance.now() - since) / 1000;
      events.emit({ kind: 'host-finished', host, ...optional('seconds', seconds), outcome });
      // Before that all that is known beforehand is gathered.
      if (batches > 0 && isFailure(outcome)) judge();
      for (const one of waiting.splice(0)) one.resolve();
    },
    stopped: () => stopped,
    stop: close,
    extend(next, awaited) {
      plan = next;
      isOpen = awaited.length > 0;
      judge();
    },
    judge,
    closed: closed.signal,
    halt: halt.signal,
  };
}

/** Who has or may have the same module: those that run are stopped. */
function tellOfOthers(running: readonly HostName[], others: readonly HostName[]): readonly string[] {
  if (running.length + others.length === 0) return ['no other host was touched'];
  return [
    ...(running.length === 0 ? [] : [`stopped on ${few(running)} as well`]),
    ...(others.length === 0 ? [] : [`${few(others)} had a module loaded before`]),
  ];
}

/** A line has room for some names. */
function few(names: readonly HostName[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
