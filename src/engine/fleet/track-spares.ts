import type { HostName } from '../../model/ids.ts';
import type { Spare } from '../../process/descriptor-budget.ts';
import type { RestingConnection } from './resting-connection.ts';

/** Knows of all connections which may be closed, and which of those is needed last. */
export interface Spares {
  /** The host's turn has come. Hosts have their turns in the order of their first ones, round after round: to be probed, to run. */
  turn(host: HostName): void;
  add(host: HostName, connection: RestingConnection): void;
  /** The host's connection, if it has been closed to make room, or is being made again. */
  resting(host: HostName): RestingConnection | undefined;
  /** Until what it returns is called, the host's connection is none to be closed. */
  hold(host: HostName): () => void;
  /** What is to be closed first; it is closed once that is called. */
  next(): Spare | undefined;
}

export function trackSpares(): Spares {
  const orders = new Map<HostName, number>();
  const known = new Map<HostName, RestingConnection>();
  const held = new Map<HostName, number>();
  const rests = new Set<HostName>();
  let now = 0;
  /** How many turns of others come before its own. */
  const turnsUntil = (host: HostName): number => ((orders.get(host) ?? 0) - now + orders.size) % orders.size;
  /** One that was made for a turn which has not come yet is kept before all others. */
  const isNeededLater = (one: Candidate, than: Candidate): boolean =>
    one.isFresh === than.isFresh ? one.turns > than.turns : than.isFresh;
  return {
    turn(host) {
      if (!orders.has(host)) orders.set(host, orders.size);
      now = orders.get(host) ?? 0;
    },
    add(host, connection) {
      known.set(host, connection);
      rests.delete(host);
    },
    resting: host => (rests.delete(host) ? known.get(host) : undefined),
    hold(host) {
      held.set(host, (held.get(host) ?? 0) + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const others = (held.get(host) ?? 1) - 1;
        if (others === 0) held.delete(host);
        else held.set(host, others);
      };
    },
    next() {
      let last: Candidate | undefined;
      for (const [host, connection] of known) {
        const spare = held.has(host) ? undefined : connection.spare();
        if (spare === undefined) continue;
        const one = { host, spare, turns: turnsUntil(host), isFresh: connection.isFresh() };
        if (last === undefined || isNeededLater(one, last)) last = one;
      }
      if (last === undefined) return undefined;
      const { host, spare } = last;
      return {
        descriptors: spare.descriptors,
        close() {
          rests.add(host);
          return spare.close();
        },
      };
    },
  };
}

interface Candidate {
  readonly host: HostName;
  readonly spare: Spare;
  readonly turns: number;
  readonly isFresh: boolean;
}
