import type { CleanRequest } from '../../../engine/sources/select-for-clean.ts';
import { duration } from '../duration.ts';
import { connectionOptions } from './connection-options.ts';
import { forksOption } from './fleet-options.ts';
import { ofInventory } from './inventory-options.ts';
import { connectLimitOption, hostLimitOptions } from './limit-options.ts';
import type { Filling, NotGiven, Parser, ValuesOf } from './option-spec.ts';

const cleanOptions = [
  { flags: '--hosts <pattern>', about: 'these hosts (those of the run; without one, all that do not only build)' },
  { flags: '-C, --check', about: 'only show what would be removed' },
  {
    flags: '--cache-age <duration>',
    about: 'remove from the caches what was not used for so long (30d)',
    parse: duration(0, 3650) as Parser<number>,
  },
] as const;

export const ofClean: readonly [
  ...typeof ofInventory,
  typeof connectionOptions,
  typeof connectLimitOption,
  typeof hostLimitOptions,
  typeof cleanOptions,
  typeof forksOption,
] = [...ofInventory, connectionOptions, connectLimitOption, hostLimitOptions, cleanOptions, forksOption];

export type CleanOptions = Filling<Omit<CleanRequest, NotGiven | 'run'>, ValuesOf<typeof ofClean>>;
