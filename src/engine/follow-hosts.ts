import type { EventBody, RunEvents } from '../model/event.ts';
import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';

/** The hosts of a run's plays, of which every one has to be told how it came out. */
export interface FollowedHosts {
  /** Where the run puts its events. */
  readonly events: RunEvents;
  /** Tells the outcome of those that have none yet, and returns them for each play. */
  conclude(outcome: HostOutcome): readonly ReadonlyMap<HostName, HostOutcome>[];
}

/** Learns from a run's events which hosts its plays have, and which of them have an outcome. */
export function followHosts(events: RunEvents): FollowedHosts {
  const waiting = new Map<number, Set<HostName>>();
  const learn = (index: number, event: EventBody): void => {
    if (event.kind === 'play-started') waiting.set(index, new Set(event.hosts));
    else if (event.kind === 'host-finished') waiting.get(index)?.delete(event.host);
  };
  return {
    events: {
      emit: event => events.emit(event),
      congestion: () => events.congestion(),
      kept: async host => events.kept?.(host),
      forPlay(index) {
        const ofPlay = events.forPlay(index);
        return {
          emit(event) {
            learn(index, event);
            ofPlay.emit(event);
          },
          congestion: () => ofPlay.congestion(),
          kept: async host => ofPlay.kept?.(host),
        };
      },
    },
    conclude: outcome =>
      [...waiting].map(([index, hosts]) => {
        const concluded = new Map([...hosts].map(host => [host, outcome]));
        for (const host of concluded.keys()) events.forPlay(index).emit({ kind: 'host-finished', host, outcome });
        return concluded;
      }),
  };
}
