import type { HostName } from '../../model/ids.ts';
import type { PlannedPlay } from '../../model/plan.ts';

/**
 * Removes hosts from the batches. A later host takes the place of each, one with the same kernel if there is one, so that
 * the kernel still has a canary.
 */
export function refillBatches(
  { batches, hosts }: Pick<PlannedPlay, 'batches' | 'hosts'>,
  removed: ReadonlySet<HostName>,
): readonly (readonly HostName[])[] {
  if (!batches.some(batch => batch.some(name => removed.has(name)))) return batches;
  const kernelOf = new Map(hosts.map(host => [host.name, host.kernelGroup]));
  const waiting = batches.flat().filter(name => !removed.has(name));
  const take = (wanted: HostName): HostName | undefined => {
    const own = waiting.indexOf(wanted);
    const same = waiting.findIndex(name => kernelOf.get(name) === kernelOf.get(wanted));
    return waiting.splice(own !== -1 ? own : Math.max(0, same), 1)[0];
  };
  const refilled = batches.map(batch => batch.flatMap(name => take(name) ?? []));
  return refilled.filter(batch => batch.length > 0);
}
