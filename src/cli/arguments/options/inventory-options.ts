import type { InventoryRequest } from '../../../engine/sources/requests.ts';
import { expandRunLimit } from '../expand-run-limit.ts';
import { textOrJson } from './format-options.ts';
import type { Filling, NotGiven, Parser, ValuesOf } from './option-spec.ts';
import { vaultOptions } from './vault-options.ts';

export const inventoryOptions = [
  {
    flags: '-i, --inventory <source>',
    about: 'inventory file, program, directory of these, or host list `a,b,`; may be given again',
    env: 'TAPBOOK_INVENTORY',
    several: true,
  },
  {
    flags: '-l, --limit <pattern>',
    about:
      'of the selected hosts only these; @FILE, or @last or @RUN for those that failed in a run; may be given again',
    parse: expandRunLimit as Parser<string>,
    several: true,
  },
  {
    flags: '-e, --extra-vars <vars>',
    about: 'for templates and connections: name=value, JSON, or @file; wins over all else; may be given again',
    default: [],
    several: true,
  },
  {
    flags: '--skip-plugin-sources',
    about: 'without the files of the inventory that only plugins of Ansible can read',
  },
  {
    flags: '--confine',
    about: 'refuse files outside of the repository of what names them, links out of it too (where $CI is set)',
    negatable: 'read such files, but quote none',
  },
] as const;

/** Options of every command that reads an inventory and prints text or JSON. */
export const ofInventory: readonly [typeof inventoryOptions, typeof textOrJson, typeof vaultOptions] = [
  inventoryOptions,
  textOrJson,
  vaultOptions,
];

export type InventoryOptions = Filling<Omit<InventoryRequest, NotGiven>, ValuesOf<typeof ofInventory>>;
