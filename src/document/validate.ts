import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { inFileOrder } from '../model/in-file-order.ts';
import { explainSchemaError } from './explain-schema-error.ts';
import { hasGapAt, isOfGap } from './is-of-gap.ts';
import type { YamlTree } from './read-yaml.ts';
import { findSchemaErrors, parsePointer, type SchemaName } from './schema-errors.ts';

/** Checks a tree against one of the schemas. Every mistake is reported once, at the wrong key or value. */
export function validate(tree: YamlTree, schema: SchemaName): readonly Diagnostic[] {
  const diagnostics = new Map<string, Diagnostic>();
  const errors = findSchemaErrors(tree.value, schema);
  const unknownKeys = findUnknownKeys(errors);
  for (const error of errors) {
    if (isMisspelt(error, unknownKeys) || followsFromGap(error, tree)) continue;
    const diagnostic = explainSchemaError(error, tree, schema);
    if (diagnostic === undefined) continue;
    // A wrong type makes further rules fail at the same place: only the first is kept. But several keys can be missing.
    const missing = error.keyword === 'required' ? String(error.params['missingProperty']) : '';
    const key = `${diagnostic.place?.line}:${diagnostic.place?.column}:${missing}`;
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  }
  return inFileOrder([...diagnostics.values()]);
}

/** Whether the error only follows from a part that could not be read. That part is reported elsewhere. */
function followsFromGap({ keyword, instancePath, params }: ErrorObject, tree: YamlTree): boolean {
  const path = parsePointer(instancePath, tree.value);
  if (keyword === 'required') return isOfGap(tree, [...path, String(params['missingProperty'])]);
  const isEmptied = keyword === 'minItems' || keyword === 'minProperties';
  return isOfGap(tree, path) || (isEmptied && hasGapAt(tree, path));
}

/** The keys that are too many, by the pointer of what holds them. */
function findUnknownKeys(errors: readonly ErrorObject[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'additionalProperties') continue;
    const key = String(params['additionalProperty']);
    const keys = found.get(instancePath);
    if (keys === undefined) found.set(instancePath, [key]);
    else keys.push(key);
  }
  return found;
}

/** Whether a key is missing because it is misspelt. The misspelt key is reported itself. */
function isMisspelt(
  { keyword, instancePath, params }: ErrorObject,
  unknownKeys: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (keyword !== 'required') return false;
  const missing = String(params['missingProperty']);
  return (unknownKeys.get(instancePath) ?? []).some(key => didYouMean(key, [missing]) !== undefined);
}
