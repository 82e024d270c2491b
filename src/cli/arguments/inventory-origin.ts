import type { Place } from '../../model/source.ts';
import type { FoundDefaults } from './find-defaults.ts';

/** Stands among the values of a command's options where its inventory is named by a tapbook.yml, not by the user. */
export interface InventoryOrigin {
  readonly inventoryFrom?: {
    readonly defaults: FoundDefaults;
    /** Where each of the inventories stands. */
    readonly places: readonly Place[];
  };
}
