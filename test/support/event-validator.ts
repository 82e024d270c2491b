import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true });
const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
const validateEvent = ajv.compile(read('event'));
const validatePlan = ajv.compile(read('plan'));

/** Throws unless an event is as schemas/event.schema.json says. */
export function assertValidEvent(event: unknown): void {
  if (!validateEvent(event)) throw new Error(`${JSON.stringify(event)}: ${ajv.errorsText(validateEvent.errors)}`);
}

/** Throws unless a plan is as schemas/plan.schema.json says. */
export function assertValidPlan(plan: unknown): void {
  if (!validatePlan(plan)) throw new Error(ajv.errorsText(validatePlan.errors));
}
