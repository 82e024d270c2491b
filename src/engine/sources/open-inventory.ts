import type { ConnectionOptions, InventoryOptions } from '../../cli/arguments/options.ts';
import { type Passwords, readPasswords } from '../../cli/asking/passwords.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { JsonObject } from '../../model/json.ts';
import { err, type Result } from '../../model/result.ts';

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Of `-e`. */
  readonly extraVars: JsonObject;
  readonly playbookDirectory?: string;
  /** Where what is read are copies: what a path is to be called in variables. */
  readonly standsFor?: (path: string) => string;
}

/**
 * The inventory of `-i` or $TAPBOOK_INVENTORY, with the passwords that the options name; those that are asked for are
 * asked for once, however often this is called with the same options. Throws only the reason of `signal`.
 */
export async function openInventory(
  options: InventoryOptions & ConnectionOptions,
  { signal, extraVars, playbookDirectory, standsFor }: OpenOptions,
): Promise<Result<Inventory, readonly Diagnostic[]>> {
  const { inventory: sources } = options;
  if (sources === undefined) {
    const cure = 'give one with -i FILE, or set TAPBOOK_INVENTORY';
    return err([{ severity: 'error', code: 'no-inventory', message: 'no inventory was given', cure }]);
  }
  const asker = options.asker ?? options;
  const reading = known.get(asker) ?? readPasswords(options, { signal });
  known.set(asker, reading);
  const passwords = await reading;
  if (!passwords.ok) return passwords;
  const { vault, connectionDefaults } = passwords.value;
  return loadInventory(sources, {
    signal,
    extraVars,
    connectionDefaults,
    ...(vault === undefined ? {} : { vault }),
    ...(playbookDirectory === undefined ? {} : { playbookDirectory }),
    ...(standsFor === undefined ? {} : { standsFor }),
  });
}

const known = new WeakMap<object, Promise<Result<Passwords, readonly Diagnostic[]>>>();
