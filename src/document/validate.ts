import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { JsonValue } from '../model/json.ts';
import type { YamlTree } from './read-yaml.ts';
import { playbook } from './validators.generated.js';

/** The generated validators that the program itself uses. */
const validators: { readonly playbook: typeof playbook } = { playbook };

type SchemaName = keyof typeof validators;

/** Checks a tree against one of the schemas: every mistake once, at the key or value that is wrong. */
export function validate(tree: YamlTree, schema: SchemaName): readonly Diagnostic[] {
  const validator = validators[schema];
  if (validator(tree.value)) return [];
  const diagnostics = new Map<string, Diagnostic>();
  for (const error of validator.errors ?? []) {
    const path = parsePointer(error.instancePath);
    const diagnostic = describe(error, path, tree);
    if (diagnostic === undefined) continue;
    const { place } = diagnostic;
    // A wrong type makes further rules fail at the same place: the first of them says it.
    const key = `${place?.line}:${place?.column}:${error.keyword === 'required' ? error.params['missingProperty'] : ''}`;
    if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
  }
  return [...diagnostics.values()].sort(byPlace);
}

type Path = readonly (string | number)[];

function describe(error: ErrorObject, path: Path, tree: YamlTree): Diagnostic | undefined {
  const { keyword, params } = error;
  const schema = error.parentSchema as Schema;
  const at = (
    code: string,
    message: string,
    cure: string | undefined,
    place = tree.place(path, 'value'),
  ): Diagnostic => ({
    severity: 'error',
    code,
    message,
    ...(cure === undefined ? {} : { cure }),
    place,
  });
  const name = nameOf(path);
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(schema.properties ?? {});
      const hint = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
      return at('unknown-key', `"${key}" is no key of ${nameOfParent(path)}`, hint, tree.place([...path, key], 'key'));
    }
    case 'propertyNames':
      return at(
        'invalid-key',
        `"${String(params['propertyName'])}" is not ${hintOf((error.schema as Schema) ?? {})}`,
        undefined,
        tree.place([...path, String(params['propertyName'])], 'key'),
      );
    case 'required': {
      const key = String(params['missingProperty']);
      const example = exampleOf(schema.properties?.[key]);
      return at(
        'missing-key',
        `${nameOfParent(path)} has no "${key}"`,
        `write ${key}: ${example}`,
        firstKey(path, error, tree),
      );
    }
    case 'type':
      return at(
        'wrong-type',
        `${name} is ${kindOf(error.data as JsonValue)}, not ${typesOf(params['type'])}`,
        typeCure(error, path, tree),
      );
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const hint = didYouMean(String(error.data), allowed) ?? `write ${allowed.join(' or ')}`;
      return at('unknown-value', `${name} cannot be ${JSON.stringify(error.data)}`, hint);
    }
    case 'pattern':
      return at('malformed', `${name}: ${JSON.stringify(error.data)} is not ${hintOf(schema)}`, exampleCure(schema));
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return at('empty', `${name} is empty`, exampleCure(schema));
    case 'minimum':
    case 'exclusiveMinimum':
      return at(
        'out-of-range',
        `${name} is ${String(error.data)}, the least is ${String(params['limit'])}`,
        exampleCure(schema),
      );
    case 'maximum':
      return at(
        'out-of-range',
        `${name} is ${String(error.data)}, the most is ${String(params['limit'])}`,
        exampleCure(schema),
      );
    // These only say that something inside them failed, which has said so itself.
    case 'if':
    case 'not':
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return undefined;
    default:
      return at('invalid', `${name} ${error.message ?? 'is not valid'}`, undefined);
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternHint?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly title?: string;
}

function parsePointer(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The last key of a path, with its index: `scripts[1]`. */
function nameOf(path: Path): string {
  const at = path.findLastIndex(step => typeof step === 'string');
  if (at === -1) return path.length === 0 ? 'the playbook' : 'the play';
  const indices = path.slice(at + 1).map(index => `[${index}]`);
  return `${path[at]}${indices.join('')}`;
}

function nameOfParent(path: Path): string {
  const key = path.findLast(step => typeof step === 'string');
  if (key === undefined) return path.length === 0 ? 'the playbook' : 'a play';
  const singular: Readonly<Record<string, string>> = {
    scripts: 'a script',
    kernels: 'an entry of kernels',
    preconditions: 'a precondition',
  };
  return singular[key] ?? String(key);
}

/** A mapping that lacks something is marked at its first key, not from end to end. */
function firstKey(path: Path, error: ErrorObject, tree: YamlTree): ReturnType<YamlTree['place']> {
  const [first] = Object.keys((error.data as Record<string, unknown>) ?? {});
  return first === undefined ? tree.place(path, 'value') : tree.place([...path, first], 'key');
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'] ?? typeof value;
}

function typesOf(types: unknown): string {
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    integer: 'a whole number',
    number: 'a number',
    object: 'a mapping',
    string: 'a text',
  };
  return (Array.isArray(types) ? types : String(types).split(',')).map(type => words[type] ?? type).join(' or ');
}

function typeCure({ data, params, parentSchema }: ErrorObject, path: Path, tree: YamlTree): string | undefined {
  const types = String(params['type']);
  const written = tree.written(path);
  if (types === 'string' && typeof data === 'number' && written !== undefined) {
    return `quote it: "${written}"${String(data) === written ? '' : ` (unquoted it is the number ${data})`}`;
  }
  if (types === 'string' && typeof data === 'boolean') return `quote it: "${written ?? data}"`;
  if (types.startsWith('boolean') && typeof data === 'string') {
    if (/^(?:yes|on|y)$/i.test(data)) return 'write true';
    if (/^(?:no|off|n)$/i.test(data)) return 'write false';
    return 'write true or false';
  }
  if (types === 'array' && data !== null && typeof data !== 'object') return `write [${String(data)}]`;
  return exampleCure(parentSchema as Schema);
}

function hintOf(schema: Schema): string {
  return schema.patternHint ?? 'of the right form';
}

function exampleCure(schema: Schema): string | undefined {
  const [example] = schema.examples ?? [];
  return example === undefined ? undefined : `for example: ${flow(example)}`;
}

function exampleOf(schema: Schema | undefined): string {
  const [example] = schema?.examples ?? [];
  return example === undefined ? '…' : flow(example);
}

function flow(example: unknown): string {
  return typeof example === 'string' && !/[{:#]/.test(example) ? example : JSON.stringify(example);
}

function byPlace(left: Diagnostic, right: Diagnostic): number {
  return (left.place?.line ?? 0) - (right.place?.line ?? 0) || (left.place?.column ?? 0) - (right.place?.column ?? 0);
}
