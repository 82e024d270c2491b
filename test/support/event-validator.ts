import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** Throws, with what is wrong where, unless `event` is one that `schemas/event.schema.json` allows. */
export function assertValidEvent(event: unknown): void {
  assertValid('event.schema.json', event);
}

/** The same for what `tapbook plan --format json` prints. */
export function assertValidPlan(plan: unknown): void {
  assertValid('plan.schema.json', plan);
}

/** The same for what `tapbook plan --out` writes. */
export function assertValidSavedPlan(plan: unknown): void {
  assertValid('saved-plan.schema.json', plan);
}

/** The same for what `tapbook doctor --format json` prints. */
export function assertValidDiagnosis(diagnosis: unknown): void {
  assertValid('doctor.schema.json', diagnosis);
}

/** The same for what `tapbook diff-plan --format json` prints. */
export function assertValidPlanDiff(diff: unknown): void {
  assertValid('plan-diff.schema.json', diff);
}

/** The same for a line of `tapbook runs --format json`, and for what `show` and `diff` print. */
export function assertValidHistory(command: 'runs' | 'show' | 'diff', printed: unknown): void {
  assertValid(`${command}.schema.json`, printed);
}

/** The same for what `tapbook probes --format json` prints. */
export function assertValidProbes(printed: unknown): void {
  assertValid('probes.schema.json', printed);
}

export function readSchema(name: string): { readonly $defs: Record<string, unknown>; readonly oneOf?: unknown[] } {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8'));
}

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
for (const name of ['plan', 'saved-plan', 'event', 'doctor', 'plan-diff', 'probes', 'runs', 'show', 'diff'])
  ajv.addSchema(readSchema(`${name}.schema.json`));

function assertValid(schema: string, value: unknown): void {
  const validate = ajv.getSchema(schema) as ValidateFunction;
  if (validate(value)) return;
  const errors = validate.errors?.map(({ instancePath, message, params }) => {
    return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
  });
  throw new Error(`not as ${schema} has it:\n${errors?.join('\n')}\n${JSON.stringify(value).slice(0, 2000)}`);
}
