import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedPlay } from '../model/plan.ts';
import { isFailure, whyStop } from '../plan/why-stop.ts';
import type { LoadLog } from './load-log.ts';

/** How far a play has come: what became of its hosts, and whether further ones may begin. */
export interface RolloutState {
  readonly outcomes: ReadonlyMap<HostName, HostOutcome>;
  /** Batches come into question one after the other, by their number from 0. */
  beginBatch(index: number): void;
  begin(host: HostName): void;
  /** It has begun in vain, and waits for another turn. */
  putBack(host: HostName): void;
  finish(host: HostName, outcome: HostOutcome): void;
  /** Why no further host begins. */
  stopped(): string | undefined;
  stop(reason: string): void;
  /** Whether what is known by now is enough to stop it: asked by itself once a batch is in question. */
  judge(): void;
  /** Fires when no further host begins. */
  readonly closed: AbortSignal;
  /** Fires when the hosts that run have to stop as well. */
  readonly halt: AbortSignal;
}

/** Judges after each host that fails; what stops the rollout is told as an event where it keeps anybody from anything. */
export function followRollout(plan: PlannedPlay, events: LoadLog): RolloutState {
  const outcomes = new Map<HostName, HostOutcome>();
  const failed = new Set<HostName>();
  const begun = new Set<HostName>();
  const closed = new AbortController();
  const halt = new AbortController();
  let batches = 0;
  let stopped: string | undefined;
  const isAnybodyLeft = (): boolean =>
    plan.batches.some(batch => batch.some(host => !begun.has(host) && !outcomes.has(host)));
  const close = (reason: string): void => {
    stopped = reason;
    closed.abort();
  };
  const judge = (): void => {
    if (stopped !== undefined) return;
    const reason = whyStop({ ...plan, batches: plan.batches.slice(0, batches) }, failed);
    if (reason === undefined) return;
    close(reason);
    if (isAnybodyLeft()) events.emit({ kind: 'rollout-stopped', reason });
  };
  return {
    outcomes,
    beginBatch(index) {
      batches = index + 1;
      judge();
    },
    begin: host => begun.add(host),
    putBack: host => begun.delete(host),
    judge,
    finish(host, outcome) {
      outcomes.set(host, outcome);
      if (isFailure(outcome)) failed.add(host);
      if (outcome.kind === 'unreachable' && outcome.vanishedAfterLoad && !halt.signal.aborted) {
        // Whatever else is said: the module may have killed its kernel, and would kill the next one.
        const reason = events.tellOfVanished(host);
        close(reason);
        halt.abort();
        events.emit({ kind: 'rollout-stopped', reason });
      }
      events.emit({ kind: 'host-finished', host, outcome });
      // Before that all that is known beforehand is gathered.
      if (batches > 0 && isFailure(outcome)) judge();
    },
    stopped: () => stopped,
    stop: close,
    closed: closed.signal,
    halt: halt.signal,
  };
}
