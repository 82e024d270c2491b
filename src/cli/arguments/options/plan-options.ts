import type { PlaysRequest } from '../../../engine/sources/requests.ts';
import { runExpandOption } from './expand-option.ts';
import { ofInventory } from './inventory-options.ts';
import type { Filling, NotGiven, ValuesOf } from './option-spec.ts';
import { ofPlaybook } from './playbook-options.ts';
import { revisionOption, savedPlanOptions } from './saved-plan-options.ts';

const outOption = [{ flags: '--out <file>', about: 'save the plan, to be applied later just as it is' }] as const;

export const ofPlan: readonly [
  ...typeof ofInventory,
  ...typeof ofPlaybook,
  typeof revisionOption,
  typeof savedPlanOptions,
  typeof outOption,
  typeof runExpandOption,
] = [...ofInventory, ...ofPlaybook, revisionOption, savedPlanOptions, outOption, runExpandOption];

export type PlanOptions = Filling<Omit<PlaysRequest, NotGiven>, ValuesOf<typeof ofPlan>>;
