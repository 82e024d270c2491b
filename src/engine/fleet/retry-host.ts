import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitFunction } from 'p-limit';
import type { EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Retry } from '../../model/plan.ts';
import type { Fleet } from './fleet.ts';

export interface RetryOptions {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly retry: Retry | undefined;
  /** Each attempt takes a turn. A pause between two takes none, so that a waiting host holds nothing up. */
  readonly turns: LimitFunction;
  /** Once it has fired, pauses end at once and no attempt is repeated. */
  readonly signal: AbortSignal;
  /** Called before each pause. */
  readonly onPause?: () => void;
}

/** What an attempt came to. `suspended`: it is repeated once `until` has settled, and takes no turn meanwhile. */
export type Attempt<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'again' }
  | { readonly kind: 'suspended'; readonly until: Promise<unknown> };

/**
 * Makes an attempt at a host, and repeats it after a pause for as long as it comes to `again`. It may come to that only if
 * `claimRetry`, which uses up one retry, has returned true. It may claim one only for a host that was not reached, or was
 * lost before anything was sent there to be loaded.
 */
export async function retryHost<Value>(
  host: HostName,
  { fleet, events, retry, turns, signal, onPause }: RetryOptions,
  attempt: (claimRetry: (failure: Failure) => boolean) => Promise<Attempt<Value>>,
): Promise<Value> {
  let spent = 0;
  const claimRetry = (failure: Failure): boolean => {
    const unreached = fleet.unreached(host);
    if (retry === undefined || signal.aborted || unreached?.again === 'no-use') return false;
    // An earlier play may have used up retries already.
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
    const result = await turns(() => attempt(claimRetry));
    if (result.kind === 'done') return result.value;
    if (result.kind === 'suspended') {
      await result.until.catch(() => undefined);
      continue;
    }
    const pauseMs = (retry?.delaySeconds ?? 0) * 1000;
    if (pauseMs > 0) onPause?.();
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
