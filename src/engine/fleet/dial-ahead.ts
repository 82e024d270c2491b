import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import { deferred } from '../../process/deferred.ts';
import type { Fleet } from './fleet.ts';
import type { Connecting } from './spot-slow-connections.ts';

/** Called when a host has its turn: whether its connection is slow. */
export type SlowCheck = (opening: Promise<unknown>) => Promise<boolean>;

/**
 * Connects to hosts ahead of their turns, in the order of the calls, `places` at a time, so that dead hosts are known by
 * the time that the others have answered. A host frees its place when it is known to be slow or has its turn.
 */
export function dialAhead(
  fleet: Fleet,
  places: number,
  isSlow: (connecting: Connecting) => Promise<boolean>,
): (host: Host) => SlowCheck {
  const check = (host: Host, opening: Promise<unknown>): Promise<boolean> =>
    isSlow({
      opening,
      answered: fleet.reaches(host.name, 'answered'),
      loggingIn: fleet.reaches(host.name, 'logging-in'),
    });
  // With one fork, the user may want one login at a time.
  if (places < 2) return host => opening => check(host, opening);
  const inPlace = pLimit(places);
  return host => {
    const turn = deferred();
    let checked: { readonly opening: Promise<unknown>; readonly isSlow: Promise<boolean> } | undefined;
    void inPlace(async () => {
      const opening = fleet.open(host);
      checked ??= { opening, isSlow: check(host, opening) };
      if (!(await checked.isSlow)) await turn.promise;
    });
    return opening => {
      turn.resolve();
      // The first connection may have been lost since: this is another one.
      if (checked?.opening !== opening) checked = { opening, isSlow: check(host, opening) };
      return checked.isSlow;
    };
  };
}
