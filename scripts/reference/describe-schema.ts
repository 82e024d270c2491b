/** As much of JSON Schema as ours use. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly patternHint?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** One kind of object, or a word for a value, of a schema. */
export interface SchemaSection {
  /** The name of its definition; undefined for the document itself. */
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string;
  /** What a value is, where it is no object; else an empty text. */
  readonly type: string;
  readonly links: readonly Link[];
  /** The definitions of which it is one, if it is one of several. */
  readonly kinds: readonly Link[];
  readonly rows: readonly SchemaRow[];
  readonly examples: readonly unknown[];
}

export interface SchemaRow {
  /** With the path to it below the section's object: `finished.hosts`, `repositories[].root`. */
  readonly key: string;
  readonly isRequired: boolean;
  readonly type: string;
  /** Definitions that the type names, by the text that stands for each in `type`. */
  readonly links: readonly Link[];
  readonly description: string;
  readonly default: unknown;
  readonly examples: readonly unknown[];
}

/** `file` is undefined for a definition of the same schema, else such as `event`. */
export interface Link {
  readonly text: string;
  readonly file: string | undefined;
  readonly name: string;
}

/** The document itself first, then each definition in the order of the schema. */
export function describeSchema(schema: Schema): readonly SchemaSection[] {
  const { $defs = {}, ...document } = schema;
  return [
    section(undefined, schema.title ?? '', document, $defs),
    ...Object.entries($defs).map(([name, definition]) => section(name, definition.title ?? name, definition, $defs)),
  ];
}

type Definitions = Readonly<Record<string, Schema>>;

function section(name: string | undefined, title: string, schema: Schema, definitions: Definitions): SchemaSection {
  const { properties, description = '', examples = [] } = schema;
  const isObject = properties !== undefined || schema.oneOf?.some(one => one.properties !== undefined) === true;
  const { text, links } = isObject && schema.allOf === undefined ? plain('') : typeOf(schema);
  const kinds = (schema.oneOf ?? []).flatMap(({ $ref }) => ($ref === undefined ? [] : reference($ref).links));
  return { name, title, description, type: text, links, kinds, rows: rowsOf(schema, '', definitions), examples };
}

function rowsOf(schema: Schema, prefix: string, definitions: Definitions): readonly SchemaRow[] {
  const { properties = {}, required = [], oneOf = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, property]) => [
      rowOf(`${prefix}${key}`, property, required.includes(key), definitions),
      ...below(property, `${prefix}${key}`, definitions),
    ]),
    ...oneOf.flatMap(one => alternatives(one, prefix, definitions)),
  ];
}

/** What is only there for one kind of an object is told with that kind. */
function alternatives(one: Schema, prefix: string, definitions: Definitions): readonly SchemaRow[] {
  const kind = Object.entries(one.properties ?? {}).find(([, { const: value }]) => value !== undefined);
  return rowsOf(one, prefix, definitions).map(row => ({
    ...row,
    description:
      kind === undefined || row.key === `${prefix}${kind[0]}`
        ? row.description || (kind === undefined ? '' : (one.description ?? ''))
        : [`Of ${JSON.stringify(kind[1].const)}.`, row.description].filter(Boolean).join(' '),
  }));
}

/** The properties of an object, or of a list's objects, that has no name of its own. */
function below(property: Schema, path: string, definitions: Definitions): readonly SchemaRow[] {
  const { items, additionalProperties: others } = property;
  return [
    ...rowsOf(property, `${path}.`, definitions),
    ...(items === undefined ? [] : below(items, `${path}[]`, definitions)),
    ...(typeof others === 'object' ? below(others, `${path}.*`, definitions) : []),
  ];
}

/** What a definition of the same schema says of itself counts where the property says nothing. */
function rowOf(key: string, schema: Schema, isRequired: boolean, definitions: Definitions): SchemaRow {
  const { text, links } = typeOf(schema);
  const [link] = links;
  const own = schema.$ref !== undefined && link?.file === undefined ? definitions[link?.name ?? ''] : undefined;
  const { description = own?.description ?? '', default: preset, examples = [] } = schema;
  return { key, isRequired, type: text, links, description, default: preset, examples };
}

interface TypeText {
  readonly text: string;
  readonly links: readonly Link[];
}

function typeOf(schema: Schema): TypeText {
  const { $ref, allOf, items, enum: values, type, oneOf, additionalProperties: others } = schema;
  if ($ref !== undefined) return reference($ref);
  if (allOf !== undefined) return join(allOf.map(typeOf), ' and ');
  if (schema.const !== undefined) return plain(JSON.stringify(schema.const));
  if (values !== undefined) return plain(values.map(value => JSON.stringify(value)).join(', '));
  if (type === 'array' && items !== undefined) return wrap('list of ', typeOf(items));
  if (oneOf?.every(one => one.properties === undefined)) return join(oneOf.map(typeOf), ' or ');
  if (oneOf !== undefined) return plain('mapping');
  if (type === 'object' && typeof others === 'object') return wrap('mapping to ', typeOf(others));
  return plain(
    [type ?? []]
      .flat()
      .map(word => words[word] ?? word)
      .join(' or ') || 'anything',
  );
}

const words: Readonly<Record<string, string>> = { string: 'text', object: 'mapping', array: 'list', null: 'nothing' };

function plain(text: string): TypeText {
  return { text, links: [] };
}

function wrap(before: string, { text, links }: TypeText): TypeText {
  return { text: `${before}${text}`, links };
}

function join(parts: readonly TypeText[], between: string): TypeText {
  return { text: parts.map(({ text }) => text).join(between), links: parts.flatMap(({ links }) => links) };
}

/** `#/$defs/play`, `plan.schema.json#/$defs/failure`, `event.schema.json#/$defs/run-finished/properties/hosts`. */
function reference(ref: string): TypeText {
  const [document = '', path = ''] = ref.split('#');
  const [, , name, , property] = path.split('/');
  const file = document === '' ? undefined : document.replace('.schema.json', '');
  if (name === undefined)
    return { text: file ?? ref, links: file === undefined ? [] : [{ text: file, file, name: '' }] };
  const text = property === undefined ? name : `${name}.${property}`;
  return { text, links: [{ text, file, name }] };
}
