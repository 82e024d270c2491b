import type { ErrorObject } from 'ajv';
import { findNearest } from '../model/did-you-mean.ts';
import type { JsonValue } from '../model/json.ts';
import type { Path, Schema } from './schema-words.ts';
import { config, playbook } from './validators.generated.js';

/** The generated validators that the program itself uses. */
const validators: { readonly playbook: typeof playbook; readonly config: typeof config } = { playbook, config };

export type SchemaName = keyof typeof validators;

/** What a validator says of a value, in its own words. */
export function findSchemaErrors(value: JsonValue, schema: SchemaName): readonly ErrorObject[] {
  const validator = validators[schema];
  return validator(value) ? [] : (validator.errors ?? []);
}

/** The path of a JSON pointer. Steps into a list are numbers; a mapping can have a key that looks like one. */
export function parsePointer(pointer: string, root: JsonValue): Path {
  let value: unknown = root;
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => {
      const key = Array.isArray(value) ? Number(step) : step;
      value = (value as Record<string | number, unknown> | undefined)?.[key];
      return key;
    });
}

/** What an error is about: a value, or a key that is too much or missing; and the key that a misspelt one was meant to be. */
export function pathOfError(
  { keyword, instancePath, params, parentSchema, propertyName }: ErrorObject,
  root: JsonValue,
): { readonly path: Path; readonly meant?: Path } {
  const path = parsePointer(instancePath, root);
  const named = propertyName ?? params['propertyName'] ?? params['missingProperty'] ?? params['additionalProperty'];
  if (named === undefined) return { path };
  const key = String(named);
  if (keyword !== 'additionalProperties') return { path: [...path, key] };
  const guess = findNearest(key, Object.keys((parentSchema as Schema).properties ?? {}));
  return { path: [...path, key], ...(guess === undefined ? {} : { meant: [...path, guess] }) };
}
