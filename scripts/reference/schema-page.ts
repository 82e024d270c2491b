import { stringify } from 'yaml';
import type { Schema, SchemaRow, SchemaSection } from './describe-schema.ts';
import { describeSchema } from './describe-schema.ts';
import { anchorOf, code, generatedNote, markdownTable } from './markdown.ts';

/** A page of one schema; `pageOf` tells the page of another one by its name, relative to this. */
export function schemaPage(name: string, schemas: ReadonlyMap<string, Schema>): string {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`there is no schema ${name}`);
  const titles = new Map([...schemas].map(([other, own]) => [other, titlesOf(own)]));
  const [document, ...sections] = describeSchema(schema);
  return [
    generatedNote,
    `# ${titles.get(name)?.get('') ?? name}`,
    ...(document === undefined ? [] : body(document, name, titles)),
    `Keys in bold are required. The schema itself: \`tapbook schema ${name}\`.`,
    ...sections.flatMap(section => [`## ${headingOf(section)}`, ...body(section, name, titles)]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Of each definition the heading that it has on its page. */
function titlesOf(schema: Schema): ReadonlyMap<string, string> {
  return new Map(describeSchema(schema).map(section => [section.name ?? '', headingOf(section)]));
}

function headingOf({ name, title }: SchemaSection): string {
  return name === undefined ? `Schema: ${title}` : title;
}

function body(
  { description, type, links, kinds, rows, examples }: SchemaSection,
  page: string,
  titles: ReadonlyMap<string, ReadonlyMap<string, string>>,
): readonly string[] {
  const oneOf = kinds.map(kind => linked({ type: kind.text, links: [kind] }, page, titles)).join(', ');
  const isYaml = page === 'playbook' || page === 'config';
  return [
    ...(description === '' ? [] : [description]),
    ...(kinds.length > 0 ? [`One of: ${oneOf}.`] : []),
    ...(kinds.length > 0 || type === '' || rows.length > 0 ? [] : [`It is: ${linked({ type, links }, page, titles)}.`]),
    ...(rows.length === 0
      ? []
      : [
          markdownTable(
            ['key', 'is', 'meaning'],
            rows.map(row => [cellOfKey(row), linked(row, page, titles), cellOfMeaning(row, isYaml)]),
          ),
        ]),
    ...(isYaml && examples.length > 0 ? [showExamples(examples)] : []),
  ];
}

/** Scalars in one line, everything else as documents of YAML. */
function showExamples(examples: readonly unknown[]): string {
  if (examples.every(one => typeof one !== 'object')) {
    return `For example: ${examples.map(one => code(oneLine(one))).join(', ')}.`;
  }
  return `For example:\n\n\`\`\`yaml\n${examples.map(one => stringify(one)).join('---\n')}\`\`\``;
}

function cellOfKey({ key, isRequired }: SchemaRow): string {
  return isRequired ? `**${code(key)}**` : code(key);
}

function linked(
  { type, links }: Pick<SchemaRow, 'type' | 'links'>,
  page: string,
  titles: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string {
  return links.reduce((text, link) => {
    const file = link.file ?? page;
    const heading = titles.get(file)?.get(link.name) ?? link.name;
    const target = `${file === page ? '' : `${file}.md`}${link.name === '' ? '' : `#${anchorOf(heading)}`}`;
    return text.replace(link.text, `[${link.text}](${target})`);
  }, type);
}

function cellOfMeaning({ description, default: preset, examples }: SchemaRow, isYaml: boolean): string {
  const example = isYaml ? examples.map(one => code(oneLine(one))).join(', ') : '';
  return [
    description,
    ...(preset === undefined ? [] : [`Default: ${code(oneLine(preset))}.`]),
    ...(example === '' ? [] : [`Such as ${example}.`]),
  ].join(' ');
}

/** YAML as one would write it in one line. */
function oneLine(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return text.includes('\n') ? JSON.stringify(value) : text;
}
