import { connectionOptions } from './connection-options.ts';
import { forksOption } from './fleet-options.ts';
import { type InventoryOptions, ofInventory } from './inventory-options.ts';
import { connectLimitOption, hostLimitOptions } from './limit-options.ts';
import type { ValuesOf } from './option-spec.ts';

/** Options of the commands that connect to the hosts of a pattern. */
export const ofFacts: readonly [
  ...typeof ofInventory,
  typeof connectionOptions,
  typeof connectLimitOption,
  typeof hostLimitOptions,
  typeof forksOption,
] = [...ofInventory, connectionOptions, connectLimitOption, hostLimitOptions, forksOption];

const trustOptions = [
  { flags: '-C, --check', about: 'only show them' },
  { flags: '-y, --yes', about: 'write new ones without asking on the terminal', conflicts: ['check'] },
] as const;

export const ofTrust: readonly [
  ...typeof ofInventory,
  typeof connectionOptions,
  typeof connectLimitOption,
  typeof trustOptions,
] = [...ofInventory, connectionOptions, connectLimitOption, trustOptions];

export type FactsOptions = InventoryOptions & ValuesOf<typeof ofFacts>;

export type TrustOptions = InventoryOptions & ValuesOf<typeof ofTrust>;
