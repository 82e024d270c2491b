import pLimit from 'p-limit';
import type { Host } from '../../model/host.ts';
import { deferred } from '../../process/deferred.ts';
import type { Fleet } from './fleet.ts';
import type { Connecting } from './spot-slow-connections.ts';

/** Of a host that has its turn: whether that connection takes long. */
export type SlowJudge = (opening: Promise<unknown>) => Promise<boolean>;

/**
 * Connects to hosts ahead of their turns, in the order in which it is called, to so many at a time: who is dead is known for
 * that by the time that the others have answered. Once a host's judge is called, another one is connected to.
 */
export function dialAhead(
  fleet: Fleet,
  places: number,
  isSlow: (connecting: Connecting) => Promise<boolean>,
): (host: Host) => SlowJudge {
  const judge = (host: Host, opening: Promise<unknown>): Promise<boolean> =>
    isSlow({
      opening,
      answered: fleet.reaches(host.name, 'answered'),
      loggingIn: fleet.reaches(host.name, 'logging-in'),
    });
  // Who is to have one host at a time may mean logins, too.
  if (places < 2) return host => opening => judge(host, opening);
  const inPlace = pLimit(places);
  return host => {
    const turn = deferred();
    let judged: { readonly opening: Promise<unknown>; readonly isSlow: Promise<boolean> } | undefined;
    void inPlace(async () => {
      const opening = fleet.open(host);
      judged ??= { opening, isSlow: judge(host, opening) };
      if (!(await judged.isSlow)) await turn.promise;
    });
    return opening => {
      turn.resolve();
      // One that was lost since is another one.
      if (judged?.opening !== opening) judged = { opening, isSlow: judge(host, opening) };
      return judged.isSlow;
    };
  };
}
