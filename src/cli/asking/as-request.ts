import type { InventoryRequest, PasswordSource } from '../../engine/sources/requests.ts';
import { optional } from '../../model/optional.ts';
import type { ProgramTrust } from '../../model/program-trust.ts';
import { ok } from '../../model/result.ts';
import type { InventoryOrigin } from '../arguments/inventory-origin.ts';
import type { ConnectionOptions } from '../arguments/options/connection-options.ts';
import type { NotGiven } from '../arguments/options/option-spec.ts';
import { createProgramTrust } from './create-program-trust.ts';
import { readPasswords } from './read-passwords.ts';

/**
 * Adds to options what may have to be asked for, each once: the passwords that they name; and whether programs may be run, if it
 * was a tapbook.yml that named the inventory.
 */
export function asRequest<Options extends ConnectionOptions>(
  options: Options & InventoryOrigin,
): Options & Pick<InventoryRequest, NotGiven & keyof InventoryRequest> {
  let reading: ReturnType<PasswordSource> | undefined;
  const { inventoryFrom } = options;
  return {
    ...options,
    passwords: signal => {
      reading ??= readPasswords(options, { signal });
      return reading;
    },
    ...optional(
      'inventoryNamers',
      inventoryFrom?.places.map(place => ({ folder: inventoryFrom.defaults.folder, place })),
    ),
    ...optional('trust', inventoryFrom === undefined ? undefined : trustIn(inventoryFrom)),
  };
}

function trustIn({ defaults, places }: NonNullable<InventoryOrigin['inventoryFrom']>): ProgramTrust {
  const { path } = defaults.source;
  return createProgramTrust({
    ...{ by: path, places, otherwise: 'name the inventory with -i' },
    find: async () => ok(defaults),
  });
}
