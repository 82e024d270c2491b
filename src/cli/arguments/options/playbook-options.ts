import { connectionOptions } from './connection-options.ts';
import { forksOption, memoryOption } from './fleet-options.ts';
import { connectLimitOption, hostLimitOptions } from './limit-options.ts';
import { startOptions, tagOptions } from './selection-options.ts';
import { viewOptions } from './view-options.ts';

/** Options of every command that asks the hosts of a playbook, besides those of the inventory. */
export const ofPlaybook: readonly [
  typeof connectionOptions,
  typeof connectLimitOption,
  typeof hostLimitOptions,
  typeof tagOptions,
  typeof startOptions,
  typeof forksOption,
  typeof memoryOption,
  typeof viewOptions,
] = [
  connectionOptions,
  connectLimitOption,
  hostLimitOptions,
  tagOptions,
  startOptions,
  forksOption,
  memoryOption,
  viewOptions,
];
