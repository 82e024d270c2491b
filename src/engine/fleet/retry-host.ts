import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitFunction } from 'p-limit';
import type { EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Retry } from '../../model/plan.ts';
import type { Fleet } from './fleet.ts';

export interface TryOptions {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly retry: Retry | undefined;
  /** Each attempt has a turn of it; a pause between two has none, so that who waits is in nobody's way. */
  readonly turns: LimitFunction;
  /** Fired: no pause is waited for, and what fails then is final. */
  readonly signal: AbortSignal;
  /** Called before each pause. */
  readonly onPause?: () => void;
}

/** What came of an attempt. `out-of-turn`: it goes on once something has settled, and is in nobody's way until then. */
export type Attempt<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'again' }
  | { readonly kind: 'out-of-turn'; readonly until: Promise<unknown> };

/**
 * Makes an attempt at a host, and makes it again after a pause for as long as that is what came of it. It may do so
 * only where `mayTryAgain` has said so of a host that was not reached, or lost with nothing sent there to be loaded.
 */
export async function retryHost<Value>(
  host: HostName,
  { fleet, events, retry, turns, signal, onPause }: TryOptions,
  attempt: (mayTryAgain: (failure: Failure) => boolean) => Promise<Attempt<Value>>,
): Promise<Value> {
  let spent = 0;
  const mayTryAgain = (failure: Failure): boolean => {
    const unreached = fleet.unreached(host);
    if (retry === undefined || signal.aborted || unreached?.again === 'no-use') return false;
    // An earlier play may have waited for it already.
    spent = Math.max(spent, unreached?.retries ?? 0);
    if (spent >= retry.retries) return false;
    spent++;
    fleet.forget(host);
    events.emit({
      kind: 'host-retry',
      host,
      failure,
      retry: spent,
      of: retry.retries,
      delaySeconds: retry.delaySeconds,
    });
    return true;
  };
  for (;;) {
    const result = await turns(() => attempt(mayTryAgain));
    if (result.kind === 'done') return result.value;
    if (result.kind === 'out-of-turn') {
      await result.until.catch(() => undefined);
      continue;
    }
    const pauseMs = (retry?.delaySeconds ?? 0) * 1000;
    if (pauseMs > 0) onPause?.();
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
