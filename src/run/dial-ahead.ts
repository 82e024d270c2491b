import pLimit from 'p-limit';
import type { Host } from '../model/host.ts';
import type { Fleet } from './fleet.ts';
import type { Connecting } from './judge-connecting.ts';

/** A host that is connected to before it has its turn. */
export interface Dialled {
  /** Whether that takes long. */
  readonly isSlow: Promise<boolean>;
  /** What is judged, once it has begun: a connection that was lost since is another one. */
  readonly opening: () => Promise<unknown> | undefined;
  /** To be called when the host has its turn: another one is connected to ahead then. */
  turnBegins(): void;
}

/**
 * Connects to hosts ahead of their turns, in the order in which it is called, to so many at a time: who is dead is known for
 * that by the time that the others have answered.
 */
export function dialAhead(
  fleet: Fleet,
  places: number,
  isSlow: (connecting: Connecting) => Promise<boolean>,
): (host: Host) => Dialled {
  const inPlace = pLimit(places);
  return host => {
    let turnBegins = (): void => undefined;
    const begun = new Promise<void>(resolve => {
      turnBegins = resolve;
    });
    let opening: Promise<unknown> | undefined;
    const slow = new Promise<boolean>((resolve, reject) => {
      inPlace(async () => {
        opening = fleet.open(host);
        const isLate = await isSlow(connectingOf(fleet, host, opening));
        resolve(isLate);
        if (!isLate) await begun;
      }).catch(reject);
    });
    // Who has the turn hears of it.
    slow.catch(() => undefined);
    return { isSlow: slow, opening: () => opening, turnBegins };
  };
}

/** What is judged of a connection that the fleet makes. */
export function connectingOf(fleet: Fleet, { name }: Host, opening: Promise<unknown>): Connecting {
  return { opening, answered: fleet.reaches(name, 'answered'), loggingIn: fleet.reaches(name, 'logging-in') };
}
