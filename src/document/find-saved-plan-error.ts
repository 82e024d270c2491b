import { savedPlan } from './saved-plan-validator.generated.js';

/** What keeps a value from being a saved plan by its schema, in words; undefined where nothing does. */
export function findSavedPlanError(value: unknown): string | undefined {
  if (savedPlan(value)) return undefined;
  const [error] = savedPlan.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message ?? 'is not as it should be'}`;
}
