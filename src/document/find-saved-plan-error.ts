import { savedPlan } from './saved-plan-validator.generated.js';

/** Why a value is no saved plan by the schema, in words; undefined if it is one. */
export function findSavedPlanError(value: unknown): string | undefined {
  if (savedPlan(value)) return undefined;
  const [error] = savedPlan.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message ?? 'is not as it should be'}`;
}
