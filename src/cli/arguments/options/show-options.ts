import type { InventoryOptions } from './inventory-options.ts';
import type { ValuesOf } from './option-spec.ts';

/** Of the commands that print what an inventory says. */
export const secretsOption = [
  { flags: '--show-secrets', about: 'print passwords, and what ansible-vault had encrypted, as they are' },
] as const;

export const graphOptions = [{ flags: '--vars', about: 'their variables too' }] as const;

export type ShowOptions = InventoryOptions & ValuesOf<[typeof secretsOption]>;

export type GraphOptions = ShowOptions & ValuesOf<[typeof graphOptions]>;
