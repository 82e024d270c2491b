import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Patience, usualPatience } from './patience.ts';

/** A connection that is being made. */
export interface Connecting {
  /** Settles when the connection is open or has failed. */
  readonly opening: Promise<unknown>;
  /** Settles when something answers at the address; with transports that cannot tell, when `opening` does. */
  readonly answered: Promise<unknown>;
  /** Settles when the login begins; with transports that cannot tell, when `opening` does. */
  readonly loggingIn: Promise<unknown>;
}

/**
 * Tells whether a connection takes far longer than those made so far: most often, nothing answers at the address. Resolves
 * to true as soon as that is known, and to false when the connection is open or has failed.
 *
 * Answer and login are timed apart. A kernel answers fast even when its sshd, or this machine, is busy, so a dead host
 * shows long before a login would be overdue. And a login that queues on this side does not make its host slow.
 */
export function spotSlowConnections(patience: Patience = usualPatience): (connecting: Connecting) => Promise<boolean> {
  const answers = new Pace(patience);
  const logins = new Pace(patience);
  return async ({ opening, answered, loggingIn }) => {
    const begun = performance.now();
    if (!(await answers.keeps(Promise.race([answered, opening]), begun))) return true;
    await Promise.race([loggingIn, opening]).catch(() => undefined);
    return !(await logins.keeps(opening, performance.now()));
  };
}

/** Tells of probes whether they take far longer than those so far, as of connections. */
export function spotSlowProbes({ probeMs, ...patience }: Patience): (probing: Promise<unknown>) => Promise<boolean> {
  const probes = new Pace({ ...patience, probeMs, unknownMs: probeMs, leastMs: probeMs });
  return async probing => !(await probes.keeps(probing, performance.now()));
}

/** How long one stage may take, by the hosts that have passed it. */
class Pace {
  readonly #patience: Patience;
  #slowestMs: number | undefined;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Whether `stage` settles before it counts as far slower than the others. */
  async keeps(stage: Promise<unknown>, begun: number): Promise<boolean> {
    const passed = (): number => performance.now() - begun;
    const { unknownMs, leastMs } = this.#patience;
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
          // Only so long: the pace of the others may have changed by then.
          const tick = sleep(Math.min(left, leastMs), false, { signal: over.signal });
          if (!(await Promise.race([settled, tick]))) continue;
        } else if (!(await Promise.race([settled, nextTurn(false)]))) {
          // An answer that came while this process was busy has been taken into account.
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

const timesSlower = 1.5;
