import type { PlaybookRequest } from '../../../engine/sources/requests.ts';
import { connectionOptions } from './connection-options.ts';
import { expandOption } from './expand-option.ts';
import { forksOption } from './fleet-options.ts';
import { ofInventory } from './inventory-options.ts';
import { connectLimitOption, hostLimitOptions } from './limit-options.ts';
import type { Filling, NotGiven, ValuesOf } from './option-spec.ts';
import { tagOptions } from './selection-options.ts';

const functionsOption = [
  { flags: '--functions <glob>', about: 'list the functions whose names fit, such as `Exec*`, too' },
] as const;

export const ofProbes: readonly [
  ...typeof ofInventory,
  typeof functionsOption,
  typeof connectionOptions,
  typeof connectLimitOption,
  typeof hostLimitOptions,
  typeof tagOptions,
  typeof forksOption,
  typeof expandOption,
] = [
  ...ofInventory,
  functionsOption,
  connectionOptions,
  connectLimitOption,
  hostLimitOptions,
  tagOptions,
  forksOption,
  expandOption,
];

/** Not for files as they are now. */
type Elsewhere = NotGiven | 'ref' | 'startAt' | 'startAtScript';

export type ProbesOptions = Filling<Omit<PlaybookRequest, Elsewhere>, ValuesOf<typeof ofProbes>>;
