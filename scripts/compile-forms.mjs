/**
 * Source of functions that tell whether a value is of a schema's form, and not why: much shorter than a validator, and quicker. As
 * other versions may have written the value, it may have more properties, and may lack those in `absentInOlder`.
 *
 * `schemas` are by their `$id`; `roots` are the names of definitions of the schema `id` that can be asked for. A keyword that is not
 * known here is an error.
 */
export function compileForms(schemas, { id, roots, exported, absentInOlder }) {
  const names = new Map();
  const patterns = new Map();
  const functions = [];

  function nameOf(reference, from) {
    const [file = '', pointer = ''] = reference.split('#');
    const key = `${file || from}#${pointer}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `is${names.size}`;
    names.set(key, name);
    const schema = pointer
      .split('/')
      .slice(1)
      .reduce((node, step) => node?.[step], schemas.get(file || from));
    if (schema === undefined) throw new Error(`${key} is not there`);
    functions.push(`const ${name} = v => ${check(schema, 'v', file || from)};`);
    return name;
  }

  function patternOf(source) {
    if (!patterns.has(source)) patterns.set(source, `p${patterns.size}`);
    return patterns.get(source);
  }

  const property = (value, name) =>
    /^[a-z_]\w*$/i.test(name) ? `${value}.${name}` : `${value}[${JSON.stringify(name)}]`;

  /** An expression, for the expression `value`. */
  function check(schema, value, file) {
    // The type first: the others take it for granted.
    const { type, ...others } = schema;
    const all = Object.entries({ ...(type !== undefined && { type }), ...others }).flatMap(([keyword, wanted]) => {
      const test = keywords[keyword];
      if (test === undefined) throw new Error(`${keyword} is no keyword that forms know`);
      return test(wanted, value, file, schema);
    });
    return all.length === 0 ? 'true' : all.join(' && ');
  }

  const none = () => [];
  const keywords = {
    ...{ $schema: none, $id: none, $defs: none, title: none, description: none },
    type: (wanted, value) => [
      `(${[wanted]
        .flat()
        .map(type => types[type](value))
        .join(' || ')})`,
    ],
    $ref: (wanted, value, file) => [`${nameOf(wanted, file)}(${value})`],
    const: (wanted, value) => [`${value} === ${JSON.stringify(wanted)}`],
    enum: (wanted, value) => [`(${wanted.map(one => `${value} === ${JSON.stringify(one)}`).join(' || ')})`],
    // What tells the branches apart is a constant, so that no more than one fits.
    oneOf: (wanted, value, file) => [`(${wanted.map(one => `(${check(one, value, file)})`).join(' || ')})`],
    pattern: (wanted, value) => [`${patternOf(wanted)}.test(${value})`],
    minLength: (wanted, value) => [`${value}.length >= ${wanted}`],
    maxLength: (wanted, value) => [`${value}.length <= ${wanted}`],
    minimum: (wanted, value) => [`${value} >= ${wanted}`],
    maximum: (wanted, value) => [`${value} <= ${wanted}`],
    exclusiveMinimum: (wanted, value) => [`${value} > ${wanted}`],
    minItems: (wanted, value) => [`${value}.length >= ${wanted}`],
    items: (wanted, value, file) => {
      const each = check(wanted, 'v', file);
      return each === 'true' ? [] : [`${value}.every(v => ${each})`];
    },
    required: none,
    properties: (wanted, value, file, { required = [] }) =>
      Object.entries(wanted).map(([name, one]) => {
        const part = property(value, name);
        const isRequired = required.includes(name) && !absentInOlder.has(name);
        return isRequired ? `(${check(one, part, file)})` : `(${part} === undefined || ${check(one, part, file)})`;
      }),
    additionalProperties: (wanted, value, file, { properties = {} }) => {
      if (wanted === false) return [];
      if (Object.keys(properties).length > 0) throw new Error('additionalProperties beside properties is not known');
      return [`Object.values(${value}).every(v => ${check(wanted, 'v', file)})`];
    },
  };

  const entries = roots.map(name => `  ${JSON.stringify(name)}: ${nameOf(`#/$defs/${name}`, id)},`);
  return [
    ...[...patterns].map(([source, name]) => `const ${name} = new RegExp(${JSON.stringify(source)}, 'u');`),
    ...functions,
    `export const ${exported} = {`,
    ...entries,
    '};\n',
  ].join('\n');
}

const types = {
  object: value => `typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})`,
  array: value => `Array.isArray(${value})`,
  string: value => `typeof ${value} === 'string'`,
  null: value => `${value} === null`,
  boolean: value => `typeof ${value} === 'boolean'`,
  number: value => `Number.isFinite(${value})`,
  integer: value => `Number.isInteger(${value})`,
};
