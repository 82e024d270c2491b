import type { HostName } from '../../model/ids.ts';
import type { PlannedPlay } from '../../model/plan.ts';

/**
 * The batches where some hosts do not run after all: the place of each is taken by a later host, of the same kernel if
 * there is one, so that there is a canary as before. The hosts that are gone are in none.
 */
export function refillBatches(
  { batches, hosts }: Pick<PlannedPlay, 'batches' | 'hosts'>,
  gone: ReadonlySet<HostName>,
): readonly (readonly HostName[])[] {
  if (!batches.some(batch => batch.some(name => gone.has(name)))) return batches;
  const kernelOf = new Map(hosts.map(host => [host.name, host.kernelGroup]));
  const waiting = batches.flat().filter(name => !gone.has(name));
  const take = (wanted: HostName): HostName | undefined => {
    const own = waiting.indexOf(wanted);
    const same = waiting.findIndex(name => kernelOf.get(name) === kernelOf.get(wanted));
    return waiting.splice(own !== -1 ? own : Math.max(0, same), 1)[0];
  };
  const closed = batches.map(batch => batch.flatMap(name => take(name) ?? []));
  return closed.filter(batch => batch.length > 0);
}
