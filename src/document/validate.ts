import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { explainSchemaError } from './explain-schema-error.ts';
import type { YamlTree } from './read-yaml.ts';
import { config, playbook } from './validators.generated.js';

/** The generated validators that the program itself uses. */
const validators: { readonly playbook: typeof playbook; readonly config: typeof config } = { playbook, config };

type SchemaName = keyof typeof validators;

/** Checks a tree against one of the schemas: every mistake once, at the key or value that is wrong. */
export function validate(tree: YamlTree, schema: SchemaName): readonly Diagnostic[] {
  const validator = validators[schema];
  if (validator(tree.value)) return [];
  const diagnostics = new Map<string, Diagnostic>();
  const errors = validator.errors ?? [];
  for (const error of errors) {
    if (isMisspelt(error, errors)) continue;
    const diagnostic = explainSchemaError(error, tree, schema);
    if (diagnostic === undefined) continue;
    // A wrong type makes further rules fail at the same place: the first of them says it. Several keys can be missing.
    const missing = error.keyword === 'required' ? String(error.params['missingProperty']) : '';
    const key = `${diagnostic.place?.line}:${diagnostic.place?.column}:${missing}`;
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  }
  return [...diagnostics.values()].sort(byPlace);
}

/** Whether a key is missing because it is misspelt, which is said at that key. */
function isMisspelt({ keyword, instancePath, params }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (keyword !== 'required') return false;
  const missing = String(params['missingProperty']);
  return errors.some(
    other =>
      other.keyword === 'additionalProperties' &&
      other.instancePath === instancePath &&
      didYouMean(String(other.params['additionalProperty']), [missing]) !== undefined,
  );
}

function byPlace(left: Diagnostic, right: Diagnostic): number {
  return (left.place?.line ?? 0) - (right.place?.line ?? 0) || (left.place?.column ?? 0) - (right.place?.column ?? 0);
}
