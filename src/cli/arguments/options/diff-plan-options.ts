import { expandOption } from './expand-option.ts';
import { type InventoryOptions, ofInventory } from './inventory-options.ts';
import type { ValuesOf } from './option-spec.ts';
import { tagOptions } from './selection-options.ts';

const exitCodeOption = [
  { flags: '--exit-code', about: 'end with 10 where anything is changed, as git diff does with 1' },
] as const;

export const ofDiffPlan: readonly [
  ...typeof ofInventory,
  typeof tagOptions,
  typeof expandOption,
  typeof exitCodeOption,
] = [...ofInventory, tagOptions, expandOption, exitCodeOption];

export type DiffPlanOptions = InventoryOptions & ValuesOf<typeof ofDiffPlan>;
