import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** A connection that is being made. */
export interface Connecting {
  /** Settles when it is there or has failed. */
  readonly opening: Promise<unknown>;
  /** Settles when anybody has answered at the address at all; where that is not told, as `opening` does. */
  readonly answered: Promise<unknown>;
  /** The same of the beginning of the login. */
  readonly loggingIn: Promise<unknown>;
}

/**
 * Tells whether a connection takes far longer than those that were made so far: an address where nobody answers, most often.
 * The function resolves when that is known, or at once when the connection is there or has failed, which is not slow.
 *
 * How long a kernel takes to answer says nothing of what its server, or we, are busy with: who is dead is known by that long
 * before a login would be overdue. And a login that waits for its turn on this side is nobody's slowness.
 */
export function spotSlowConnections(): (connecting: Connecting) => Promise<boolean> {
  const answers = new Pace();
  const logins = new Pace();
  return async ({ opening, answered, loggingIn }) => {
    const begun = performance.now();
    if (!(await answers.keeps(Promise.race([answered, opening]), begun))) return true;
    await Promise.race([loggingIn, opening]).catch(() => undefined);
    return !(await logins.keeps(opening, performance.now()));
  };
}

/** What is to be expected of one stage of connecting, by those that are through with it. */
class Pace {
  #slowestMs: number | undefined;

  /** Whether it settles before it is far slower than the others. */
  async keeps(stage: Promise<unknown>, begun: number): Promise<boolean> {
    const passed = (): number => performance.now() - begun;
    const over = new AbortController();
    const settled = stage.then(
      () => true,
      () => true,
    );
    try {
      for (;;) {
        const patienceMs = this.#slowestMs === undefined ? unknownMs : Math.max(leastMs, this.#slowestMs * timesSlower);
        const left = patienceMs - passed();
        if (left > 0) {
          // No longer than that, since others may have come by then.
          const tick = sleep(Math.min(left, leastMs), false, { signal: over.signal });
          if (!(await Promise.race([settled, tick]))) continue;
        } else if (!(await Promise.race([settled, nextTurn(false)]))) {
          // What has come while this process was busy was looked at.
          return false;
        }
        this.#slowestMs = Math.max(this.#slowestMs ?? 0, passed());
        return true;
      }
    } finally {
      over.abort();
    }
  }
}

/** Below this nothing is slow: a SYN that was lost is sent again after a second. */
const leastMs = 1_200;
const timesSlower = 1.5;
/** While nobody has answered yet. */
const unknownMs = 5_000;
