import type { Inventory } from '../../inventory/inventory.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { JsonObject } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import { err, type Result } from '../../model/result.ts';
import type { Confinement } from '../../process/confinement.ts';
import type { InventoryRequest } from './requests.ts';

export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly confinement: Confinement;
  /** From `-e`. */
  readonly extraVars: JsonObject;
  readonly playbookDirectory?: string;
  /** For copies of files: the path that variables such as `inventory_dir` show instead. */
  readonly standsFor?: (path: string) => string;
}

/** Reads the requested inventory, with its passwords. Throws only the reason of `signal`. */
export async function openInventory(
  request: InventoryRequest,
  { signal, confinement, extraVars, playbookDirectory, standsFor }: OpenOptions,
): Promise<Result<Inventory, Faulty<Inventory>>> {
  const { inventory: sources, skipPluginSources, inventoryNamers } = request;
  if (sources === undefined) {
    const cure = 'give one with -i FILE, or set TAPBOOK_INVENTORY';
    const diagnostic: Diagnostic = { severity: 'error', code: 'no-inventory', message: 'no inventory was given', cure };
    return err({ diagnostics: [diagnostic] });
  }
  const passwords = await request.passwords(signal);
  if (!passwords.ok) return err({ diagnostics: passwords.error });
  const { vault, connectionDefaults } = passwords.value;
  return loadInventory(sources, {
    signal,
    confinement,
    ...(inventoryNamers === undefined ? {} : { namers: inventoryNamers }),
    extraVars,
    connectionDefaults,
    pluginSources: skipPluginSources === true ? 'skip' : 'refuse',
    ...(vault === undefined ? {} : { vault }),
    ...optional('trust', request.trust),
    ...(playbookDirectory === undefined ? {} : { playbookDirectory }),
    ...(standsFor === undefined ? {} : { standsFor }),
  });
}
