import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { RunStarted } from '../../model/event.ts';

/** The same for runs of the same command, playbook or saved plan, inventory and selection: those are worth comparing. */
export function seriesOf({ command, playbook, plan, inventory, selection = [] }: RunStarted): string {
  // A list of hosts is no path.
  const sources = inventory.map(source => (source.includes(',') ? source : resolve(source)));
  const file = plan === undefined ? undefined : resolve(plan.path);
  const parts = [command, resolve(playbook), file ?? null, sources, selection];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
