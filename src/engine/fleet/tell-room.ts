import type { EventSink, Notice } from '../../model/event.ts';
import type { Host } from '../../model/host.ts';
import { cureOfLimit } from '../../process/open-files-limit.ts';
import type { Fleet } from './fleet.ts';

/** What the limit of open files does to a play, for a person; undefined where there is room for all of its hosts. */
export function sayRoom(
  fleet: Pick<Fleet, 'room'>,
  hosts: readonly Host[],
  forks: number,
): Pick<Notice, 'severity' | 'text'> | undefined {
  const { hosts: most, openFiles } = fleet.room(hosts);
  if (most === hosts.length || openFiles === undefined) return undefined;
  const bound = `limit of ${openFiles} open files: at most ${most} ${most === 1 ? 'host' : 'hosts'} at a time`;
  if (most < forks) return { severity: 'warning', text: `${bound}, whatever --forks says (${forks}); ${cureOfLimit}` };
  return {
    severity: 'info',
    text: `${bound} of ${hosts.length} stay connected; the others are connected to again in their turn`,
  };
}

/** Tells that before hosts are connected to, for the hosts of each play; what holds for several plays once. */
export function tellRoom(
  plays: readonly (readonly Host[])[],
  { fleet, forks, events }: { readonly fleet: Fleet; readonly forks: number; readonly events: EventSink },
): void {
  const told = new Set<string>();
  for (const hosts of plays) {
    const said = sayRoom(fleet, hosts, forks);
    if (said === undefined || told.has(said.text)) continue;
    told.add(said.text);
    events.emit({ kind: 'notice', ...said });
  }
}
