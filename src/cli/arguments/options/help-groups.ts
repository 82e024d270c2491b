import { connectionOptions } from './connection-options.ts';
import { forksOption, memoryOption } from './fleet-options.ts';
import { applyFormat, doctorFormat, textOrJson } from './format-options.ts';
import { inventoryOptions } from './inventory-options.ts';
import {
  buildLimitOption,
  connectLimitOption,
  hostLimitOptions,
  leaseOption,
  lockWaitOption,
  scriptLimitOptions,
  timeLimitOption,
} from './limit-options.ts';
import type { OptionGroup } from './option-spec.ts';
import { revisionOption, savedPlanOptions } from './saved-plan-options.ts';
import { startOptions, tagOptions } from './selection-options.ts';
import { secretsOption } from './show-options.ts';
import { tableOptions } from './table-options.ts';
import { vaultOptions } from './vault-options.ts';
import { lineOptions, viewOptions } from './view-options.ts';

/** What commands have together, by its heading, in the order of `--help`. What a command has for itself stands above, as Options. */
const headings: readonly (readonly [heading: string, groups: readonly OptionGroup[]])[] = [
  ['Which hosts, plays and scripts:', [inventoryOptions, tagOptions, startOptions]],
  ['Output:', [viewOptions, textOrJson, doctorFormat, applyFormat, tableOptions, lineOptions, secretsOption]],
  ['Connections:', [connectionOptions, forksOption]],
  ['Vault passwords:', [vaultOptions]],
  [
    'Limits and builds:',
    [
      timeLimitOption,
      lockWaitOption,
      connectLimitOption,
      hostLimitOptions,
      leaseOption,
      scriptLimitOptions,
      buildLimitOption,
      memoryOption,
    ],
  ],
  ['Git and saved plans:', [revisionOption, savedPlanOptions]],
];

/** Under which heading a command's help tells of a group, and the place of that heading; undefined: among its own options. */
export function helpGroupOf(group: OptionGroup): { readonly heading: string; readonly place: number } | undefined {
  const place = headings.findIndex(([, groups]) => groups.includes(group));
  const [heading] = headings[place] ?? [];
  return heading === undefined ? undefined : { heading, place };
}
