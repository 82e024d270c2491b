import type { Event } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { BuildId, PlannedPlay } from '../../model/plan.ts';

/** Gives each event of a kept run the number of its play; where an older version has not kept it, that is guessed. */
export function createPlayNumberer(): (event: Event) => Event {
  const guess = createPlayGuesser();
  return event => {
    if (isNumber(event.playNumber)) return event;
    const index = guess(event);
    const { playNumber: _, ...unnumbered } = event;
    return index === undefined ? (unnumbered as Event) : { ...event, playNumber: index + 1 };
  };
}

/** Lists are as long as the largest: what is damaged, or somebody else's, counts as none. */
function isNumber(given: unknown): boolean {
  return Number.isInteger(given) && Number(given) >= 1 && Number(given) <= mostPlays;
}

const mostPlays = 10_000;

/**
 * Guesses of each event the index of its play, in the order of the `play-started` events; undefined for what concerns the
 * whole run. A run plans all its plays before it builds and runs them one by one, so that an event of a build or a host
 * belongs to the first planned play that still waits for it.
 */
function createPlayGuesser(): (event: Event) => number | undefined {
  const plays: OpenPlay[] = [];
  const latest = () => (plays.length === 0 ? undefined : plays.length - 1);
  const first = (waits: (play: OpenPlay) => boolean) => {
    const index = plays.findIndex(waits);
    return index === -1 ? latest() : index;
  };
  return event => {
    switch (event.kind) {
      case 'run-started':
      case 'notice':
      case 'tables':
      case 'run-finished':
        return undefined;
      case 'play-started':
        plays.push({ hosts: new Set(), builds: new Set() });
        return latest();
      case 'host-probed':
      case 'host-drifted':
        return latest();
      case 'play-planned':
        plays.splice(-1, 1, openPlay(event.plan));
        return latest();
      case 'host-retry':
        // While a play is not planned yet, it waits for no host.
        return plays.at(-1)?.hosts.size === 0 ? latest() : first(play => play.hosts.size > 0);
      case 'canary-started':
      case 'canary-finished':
      case 'binary-fetching':
      case 'binary-fetched':
      case 'binary-sent':
        return first(play => play.builds.size > 0);
      case 'build-started':
      case 'build-moved':
        return first(play => play.builds.has(event.build));
      case 'build-finished': {
        const index = first(play => play.builds.has(event.build));
        if (index !== undefined) plays[index]?.builds.delete(event.build);
        return index;
      }
      case 'host-finished': {
        const index = first(play => play.hosts.has(event.host));
        if (index !== undefined) plays[index]?.hosts.delete(event.host);
        return index;
      }
      case 'batch-started':
      case 'script-started':
      case 'script-armed':
      case 'line':
      case 'output-full':
      case 'record':
      case 'histogram':
      case 'script-finished':
      case 'rollout-stopped':
        return first(play => play.hosts.size > 0);
      default:
        event satisfies never;
        return undefined;
    }
  };
}

/** What a play still waits for. */
interface OpenPlay {
  readonly hosts: Set<HostName>;
  readonly builds: Set<BuildId>;
}

function openPlay(plan: PlannedPlay): OpenPlay {
  return { hosts: new Set(plan.hosts.map(host => host.name)), builds: new Set(plan.builds.map(build => build.id)) };
}
