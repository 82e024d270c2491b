import { onAbort } from './on-abort.ts';

export interface LimitedSignal extends Disposable {
  /** Fires with the one it was made of, for its reason, or when the time is over. */
  readonly signal: AbortSignal;
}

/**
 * A signal that also fires after so many milliseconds; disposing of it calls that off. node has no timer longer than 24
 * days: past that there is no limit.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: in Node 20 the garbage collector takes a timeout away that
 * nobody else refers to, though somebody listens to the whole, and then it never fires.
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
