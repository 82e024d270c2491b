import type { Host } from '../../model/host.ts';
import type { Fleet } from './fleet.ts';

/** How many of these hosts have a turn at a time, and how many are connected to ahead of theirs: no more than there is room for. */
export function shareRoom(
  fleet: Fleet,
  hosts: readonly Host[],
  forks: number,
): { readonly atOnce: number; readonly ahead: number } {
  const room = fleet.room(hosts).hosts;
  const atOnce = Math.max(1, Math.min(forks, room));
  return { atOnce, ahead: room === hosts.length ? forks : Math.min(forks, room - atOnce) };
}
