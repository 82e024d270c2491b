import type { Inventory } from '../../inventory/inventory.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { InventoryRequest } from './requests.ts';
import type { SelectedPlays } from './select-plays.ts';

/**
 * Why these hosts are not connected to: their variables have something run on this machine, and came by an inventory that the user
 * has neither named nor trusted. A finding for each variable. Throws the reason of `signal`.
 */
export async function refusePrograms(
  inventory: Inventory,
  hosts: Iterable<Host>,
  { trust }: Pick<InventoryRequest, 'trust'>,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  if (trust === undefined) return [];
  const named = new Set([...hosts].flatMap(host => inventory.connectionPrograms(host)));
  return trust.refusals([...named], signal);
}

/** The same for the hosts and build hosts of plays: these plays, or why not. */
export async function refuseProgramsOfPlays<Selected extends Pick<SelectedPlays, 'inventory' | 'plays'>>(
  selected: Selected,
  request: Pick<InventoryRequest, 'trust'>,
  signal: AbortSignal,
): Promise<Result<Selected, Refusal>> {
  const hosts = selected.plays.flatMap(play => [...play.hosts, ...play.builders]);
  const refusals = await refusePrograms(selected.inventory, hosts, request, signal);
  return refusals.length > 0 ? err(refuseInput(refusals)) : ok(selected);
}
