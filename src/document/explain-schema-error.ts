import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Place } from '../model/source.ts';
import { readStapFlags, readStapKey, type StapFlags, sayStapFlags } from '../model/stap-flags.ts';
import { splitWords } from '../process/split-words.ts';
import type { YamlTree } from './read-yaml.ts';
import { parsePointer } from './schema-errors.ts';
import type { Path, Schema } from './schema-words.ts';
import { exampleCure, exampleOf, firstKey, hintOf, kindOf, nameOf, nameOfParent, typesOf } from './schema-words.ts';

/** Explains an error of a validator; undefined for an error that only says that an inner rule has failed. */
export function explainSchemaError(error: ErrorObject, tree: YamlTree, document: string): Diagnostic | undefined {
  const path = parsePointer(error.instancePath, tree.value);
  const explained = explain(error, path, tree, document);
  if (explained === undefined) return undefined;
  const { code, message, cure, place = tree.place(path, 'value') } = explained;
  return { severity: 'error', code, message, ...(cure === undefined ? {} : { cure }), place };
}

interface Explained {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly cure?: string | undefined;
  /** What is marked, unless it is the value itself. */
  readonly place?: Place;
}

function explain(error: ErrorObject, path: Path, tree: YamlTree, document: string): Explained | undefined {
  const { keyword, params, data } = error;
  // The error of propertyNames reports a wrong key, with its place.
  if (error.propertyName !== undefined) return undefined;
  const schema = error.parentSchema as Schema;
  const name = nameOf(path, schema, document);
  const isTemplate = typeof data === 'string' && data.includes('{{');
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(String(params['additionalProperty']), path, tree, schema, document, data as JsonObject);
    case 'propertyNames': {
      const key = String(params['propertyName']);
      const place = tree.place([...path, key], 'key');
      return { code: 'invalid-key', message: `"${key}" is not ${hintOf(error.schema as Schema)}`, place };
    }
    case 'required': {
      const key = String(params['missingProperty']);
      const example = exampleOf(schema.properties?.[key]);
      const cure = example === undefined ? `add ${key}:` : `write ${key}: ${example}`;
      const place = firstKey(path, data, tree);
      return { code: 'missing-key', message: `${nameOfParent(path, schema, document)} has no "${key}"`, cure, place };
    }
    case 'type': {
      if (isTemplate) return templateNotHere(name);
      const message = `${name} is ${kindOf(data as JsonValue)}, not ${typesOf(params['type'])}`;
      const flags = schema.flags === undefined ? undefined : cureOfLine(data as JsonValue);
      return {
        code: 'wrong-type',
        message,
        cure: flags ?? typeCure(error, tree.written(path)),
        place: firstKey(path, data, tree),
      };
    }
    case 'enum': {
      if (schema.notYet?.includes(String(data))) return notYet(`${name} ${String(data)}`);
      if (isTemplate) return templateNotHere(name);
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const cure = didYouMean(String(data), allowed) ?? `write ${allowed.join(' or ')}`;
      return { code: 'unknown-value', message: `${name} cannot be ${JSON.stringify(data)}`, cure };
    }
    case 'pattern': {
      if (isTemplate) return templateNotHere(name);
      const message = `${name}: ${JSON.stringify(data)} is not ${hintOf(schema)}`;
      return { code: 'malformed', message, cure: exampleCure(schema) };
    }
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { code: 'empty', message: `${name} is empty`, cure: exampleCure(schema) };
    case 'maxItems':
    case 'maxLength':
    case 'maxProperties': {
      const parts = { maxItems: 'entries', maxLength: 'characters', maxProperties: 'keys' }[keyword];
      return outOfRange(`${name} has too many ${parts}, the most is ${String(params['limit'])}`, schema);
    }
    case 'minimum':
      return outOfRange(`${name} is ${String(data)}, the least is ${String(params['limit'])}`, schema);
    case 'exclusiveMinimum':
      return outOfRange(`${name} is ${String(data)}, it has to be more than ${String(params['limit'])}`, schema);
    case 'maximum':
      return outOfRange(`${name} is ${String(data)}, the most is ${String(params['limit'])}`, schema);
    case 'if':
    case 'not':
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return undefined;
    default:
      return { code: 'invalid', message: `${name} ${error.message ?? 'is not valid'}` };
  }
}

function unknownKey(
  key: string,
  path: Path,
  tree: YamlTree,
  schema: Schema,
  document: string,
  data: JsonObject,
): Explained {
  const place = tree.place([...path, key], 'key');
  if (schema.notYet?.includes(key)) return { ...notYet(key), place };
  const known = Object.keys(schema.properties ?? {});
  const home = schema.elsewhere?.[key];
  const cure =
    (home === undefined ? undefined : `it is a key of ${home}`) ??
    (schema.flags === undefined ? undefined : cureOfFlags(readStapKey(key, data[key]))) ??
    didYouMean(key, known) ??
    `known here: ${known.join(', ')}`;
  return { code: 'unknown-key', message: `"${key}" is no key of ${nameOfParent(path, schema, document)}`, cure, place };
}

function cureOfFlags(flags: StapFlags | undefined): string | undefined {
  return flags === undefined ? undefined : sayStapFlags(flags);
}

/** Of options that were written as on a command line. */
function cureOfLine(data: JsonValue): string | undefined {
  const words = Array.isArray(data) ? data.map(String) : splitWords(String(data));
  if (!Array.isArray(words) && !words.ok) return undefined;
  const texts = Array.isArray(words) ? words.flatMap(word => splitFlag(word)) : words.value.map(({ text }) => text);
  return cureOfFlags(readStapFlags(texts));
}

/** `-D A=1` in a list is what a command line has as two words. */
function splitFlag(word: string): readonly string[] {
  const [, flag, value] = /^(-[A-Za-z])\s+(.+)$/.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}

function notYet(what: string): Explained {
  return { code: 'not-supported', message: `${what} is not supported by this version`, cure: 'take it away' };
}

function templateNotHere(name: string): Explained {
  const cure = 'templates are filled in within vars, args, globals, target_process and output.file';
  return { code: 'template-not-here', message: `a template cannot stand in ${name}`, cure };
}

function outOfRange(message: string, schema: Schema): Explained {
  return { code: 'out-of-range', message, cure: exampleCure(schema) };
}

function typeCure({ data, params, parentSchema }: ErrorObject, written: string | undefined): string | undefined {
  const types = [params['type']].flat().map(String).join().split(',');
  const wants = (type: string): boolean => types.includes(type);
  const schema = parentSchema as Schema;
  // A number or a text of a certain form, such as a duration: quoting would not help.
  if (schema.patternHint !== undefined && wants('integer')) return exampleCure(schema);
  if (typeof data === 'number' && wants('string')) {
    const meant = written ?? String(data);
    if (wants('integer') && !Number.isInteger(data)) {
      return `SystemTap has no fractions: write a whole number (500 for timer.ms, not 0.5 for timer.s), or quote it if a text is meant: "${meant}"`;
    }
    return `quote it: "${meant}"${String(data) === meant ? '' : ` (unquoted it is the number ${data})`}`;
  }
  if (typeof data === 'boolean' && wants('integer') && !wants('array'))
    return `write ${data ? 1 : 0}, or quote the word`;
  if (typeof data === 'boolean' && wants('string')) return `quote it: "${written ?? data}"`;
  if (typeof data === 'string' && wants('boolean')) {
    if (/^(?:yes|on|y)$/i.test(data)) return 'write true';
    if (/^(?:no|off|n)$/i.test(data)) return 'write false';
    return 'write true or false';
  }
  if (typeof data === 'string' && (wants('integer') || wants('number')) && /^\d+(?:\.\d+)?$/.test(data)) {
    return `write it without quotes: ${data}`;
  }
  if (wants('array') && types.length === 1 && data !== null) {
    return typeof data === 'object' ? 'begin each entry with "- "' : `write [${String(data)}]`;
  }
  return exampleCure(schema);
}
