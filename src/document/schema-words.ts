import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { Place } from '../model/source.ts';
import type { YamlTree } from './read-yaml.ts';

export type Path = readonly (string | number)[];

/** The parts of a schema that messages are made of. */
export interface Schema {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly examples?: readonly unknown[];
  /** What the pattern requires, in words. */
  readonly patternHint?: string;
  /** Values or keys that are known, but not supported by this version. */
  readonly notYet?: readonly string[];
  /** Keys of something else that people write here, and of what they are one. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** The program whose options people write here. */
  readonly flags?: 'stap';
}

/** The last key of a path, with its index: `scripts[1]`. */
export function nameOf(path: Path, { title }: Schema, document: string): string {
  const at = path.findLastIndex(step => typeof step === 'string');
  if (at === -1) return path.length === 0 ? `the ${document}` : `a ${title?.toLowerCase() ?? 'entry'}`;
  const indices = path.slice(at + 1).map(index => `[${index}]`);
  return `${path[at]}${indices.join('')}`;
}

/** What a key belongs to: `a script`, `stap_options`. */
export function nameOfParent(path: Path, { title }: Schema, document: string): string {
  if (path.length === 0) return `the ${document}`;
  if (title !== undefined) return title === 'Kernel' ? 'an entry of kernels' : `a ${title.toLowerCase()}`;
  return String(path.findLast(step => typeof step === 'string') ?? 'an entry');
}

/** The place of a value; a mapping is marked at its first key, not from end to end. */
export function firstKey(path: Path, data: unknown, tree: YamlTree): Place {
  const [first] = isJsonObject(data as JsonValue) ? Object.keys(data as object) : [];
  return first === undefined ? tree.place(path, 'value') : tree.place([...path, first], 'key');
}

export function kindOf(value: JsonValue): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (typeof value === 'number') return `the number ${value}`;
  return 'a text';
}

export function typesOf(types: unknown): string {
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    integer: 'a whole number',
    number: 'a number',
    object: 'a mapping',
    string: 'a text',
  };
  const named = [types].flat().map(type => words[String(type)] ?? String(type));
  return named.join(' or ');
}

export function hintOf(schema: Schema): string {
  return schema.patternHint ?? 'of the right form';
}

export function exampleCure(schema: Schema): string | undefined {
  const example = exampleOf(schema);
  return example === undefined ? undefined : `for example: ${example}`;
}

/** The first example as YAML would have it. */
export function exampleOf(schema: Schema | undefined): string | undefined {
  const [example] = schema?.examples ?? [];
  if (example === undefined) return undefined;
  return typeof example === 'string' && !/[{:#!&*%]/.test(example) ? example : JSON.stringify(example);
}
