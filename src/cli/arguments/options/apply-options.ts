import type { PlaysRequest } from '../../../engine/sources/requests.ts';
import { duration } from '../duration.ts';
import { runExpandOption } from './expand-option.ts';
import { applyFormat } from './format-options.ts';
import { inventoryOptions, ofInventory } from './inventory-options.ts';
import {
  buildLimitOption,
  keepLimitOptions,
  leaseOption,
  lockWaitOption,
  scriptLimitOptions,
  timeLimitOption,
} from './limit-options.ts';
import type { Filling, NotGiven, Parser, ValuesOf } from './option-spec.ts';
import { ofPlaybook } from './playbook-options.ts';
import { revisionOption, savedPlanOptions } from './saved-plan-options.ts';
import { tableOptions } from './table-options.ts';
import { vaultOptions } from './vault-options.ts';
import { lineOptions } from './view-options.ts';

const startOptions = [
  { flags: '-C, --check', about: 'only say what would be done, as plan does' },
  {
    flags: '--sleep <duration>',
    about: 'begin so much later at most, at random: for many machines at once',
    parse: duration(1, 1) as Parser<number>,
  },
] as const;

/** They decide how an apply goes, whether it is started now or by cron. */
export const ofRollout: readonly [
  ...typeof ofPlaybook,
  typeof buildLimitOption,
  typeof leaseOption,
  typeof scriptLimitOptions,
  typeof timeLimitOption,
  typeof keepLimitOptions,
  typeof lockWaitOption,
  typeof revisionOption,
  typeof savedPlanOptions,
  typeof runExpandOption,
] = [
  ...ofPlaybook,
  buildLimitOption,
  leaseOption,
  scriptLimitOptions,
  timeLimitOption,
  keepLimitOptions,
  lockWaitOption,
  revisionOption,
  savedPlanOptions,
  runExpandOption,
];

export const ofApply: readonly [
  typeof inventoryOptions,
  typeof applyFormat,
  typeof vaultOptions,
  ...typeof ofRollout,
  typeof tableOptions,
  typeof startOptions,
  typeof lineOptions,
] = [inventoryOptions, applyFormat, vaultOptions, ...ofRollout, tableOptions, startOptions, lineOptions];

export const ofBuild: readonly [
  ...typeof ofInventory,
  ...typeof ofPlaybook,
  typeof revisionOption,
  typeof savedPlanOptions,
  typeof buildLimitOption,
  typeof timeLimitOption,
  typeof runExpandOption,
] = [
  ...ofInventory,
  ...ofPlaybook,
  revisionOption,
  savedPlanOptions,
  buildLimitOption,
  timeLimitOption,
  runExpandOption,
];

export type ApplyOptions = Filling<Omit<PlaysRequest, NotGiven>, ValuesOf<typeof ofApply>>;

type BuildOptions = ValuesOf<typeof ofBuild>;

/** Of a build or an apply. A build has only its own options. */
export type RunOptions = Pick<ApplyOptions, keyof BuildOptions> & Partial<ApplyOptions>;
