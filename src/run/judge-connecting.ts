import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tells whether a connection takes far longer than those that were made so far: an address where nobody answers, most often.
 * The function resolves when that is known, or at once when the connection is there or has failed, which is not slow.
 */
export function judgeConnecting(): (opening: Promise<unknown>) => Promise<boolean> {
  let slowestMs: number | undefined;
  return async opening => {
    const begun = performance.now();
    const passed = (): number => performance.now() - begun;
    const done = new AbortController();
    const settled = opening.then(
      () => true,
      () => true,
    );
    try {
      for (;;) {
        const patienceMs = slowestMs === undefined ? unknownMs : Math.max(leastMs, slowestMs * timesSlower);
        const left = patienceMs - passed();
        if (left <= 0) return true;
        const tick = sleep(left, false, { signal: done.signal });
        if (!(await Promise.race([settled, tick]))) continue;
        slowestMs = Math.max(slowestMs ?? 0, passed());
        return false;
      }
    } finally {
      done.abort();
    }
  };
}

/** Below this nothing is slow: a SYN that was lost is sent again after a second. */
const leastMs = 1_200;
const timesSlower = 1.5;
/** While nobody has answered yet. */
const unknownMs = 5_000;
