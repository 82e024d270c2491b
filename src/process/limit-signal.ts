import { onAbort } from './on-abort.ts';

export interface LimitedSignal extends Disposable {
  /** Fires with the given signal, with its reason, or when the time is over. */
  readonly signal: AbortSignal;
}

/**
 * A signal that also fires after so many milliseconds, unless it is disposed of before. Node's timers end at 24 days: beyond
 * that there is no limit.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: Node 20 collects a timeout that is referenced only by the
 * combined signal, even if that has listeners, and then it never fires.
 */
export function limitSignal(signal: AbortSignal, limitMs: number): LimitedSignal {
  const limited = new AbortController();
  const forget = onAbort(signal, () => limited.abort(signal.reason));
  if (signal.aborted) limited.abort(signal.reason);
  const timer =
    limitMs < 2 ** 31
      ? setTimeout(
          () => limited.abort(new DOMException(`not done within ${limitMs / 1000} s`, 'TimeoutError')),
          limitMs,
        )
      : undefined;
  timer?.unref();
  return {
    signal: limited.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      forget();
    },
  };
}
