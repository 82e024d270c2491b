import { exitCodeMeanings } from '../../src/cli/exit-code.ts';
import { byGroup, isCommand } from './commands-page.ts';
import type { Schema, SchemaRow, SchemaSection } from './describe-schema.ts';
import { describeSchema } from './describe-schema.ts';
import { environment, files } from './environment.ts';
import type { CommandEntry, Entry } from './list-commands.ts';
import {
  escapeRoff,
  heading,
  inlineRoff,
  literal,
  macroArgument,
  proseRoff,
  subheading,
  termed,
  typed,
} from './roff.ts';

export interface Release {
  readonly version: string;
  /** `2026-11-30`. */
  readonly date: string;
}

/** `tapbook.1`, `tapbook-apply.1`, …, `tapbook-playbook.5` and `tapbook-config.5`, each a page of roff, by file name. */
export function manPages(
  commands: readonly CommandEntry[],
  schemas: ReadonlyMap<string, Schema>,
  release: Release,
): ReadonlyMap<string, string> {
  const [program, ...rest] = commands;
  if (program === undefined) throw new Error('there is no command');
  const own = rest.filter(isCommand);
  const written = (name: string): Schema => {
    const schema = schemas.get(name);
    if (schema === undefined) throw new Error(`there is no schema ${name}`);
    return schema;
  };
  return new Map([
    ['tapbook.1', programPage(program, own, release)],
    ...own.map(command => [`${pageName(command)}.1`, commandPage(command, release)] as const),
    ['tapbook-playbook.5', filePage('playbook', 'what runs on which hosts', written('playbook'), release)],
    ['tapbook-config.5', filePage('config', 'tapbook.yml, defaults for options', written('config'), release)],
  ]);
}

function pageName({ name }: CommandEntry): string {
  return name.replaceAll(' ', '-');
}

function title(name: string, section: 1 | 5, { version, date }: Release): string {
  return `.TH ${macroArgument(name.toUpperCase())} ${section} ${macroArgument(date)} ${macroArgument(`tapbook ${version}`)}`;
}

function nameSection(name: string, description: string): string {
  return `${heading('NAME')}\n${escapeRoff(name).replaceAll('-', '\\-')} \\-\n${proseRoff(description.replace(/\.$/, ''))}`;
}

function programPage(program: CommandEntry, commands: readonly CommandEntry[], release: Release): string {
  return lines(
    title('tapbook', 1, release),
    nameSection('tapbook', 'declarative playbooks for SystemTap'),
    heading('SYNOPSIS'),
    `${typed('tapbook')} \\fIcommand\\fR [\\fIoptions\\fR]`,
    heading('DESCRIPTION'),
    proseRoff(program.description),
    '.PP',
    proseRoff(
      'A playbook says which scripts run on which hosts, and for how long: see `tapbook-playbook`(5). An inventory of Ansible says which hosts there are and how they are reached. `tapbook.yml` holds defaults for options: see `tapbook-config`(5). The guide is docs/README.md in the folder of the package.',
    ),
    heading('COMMANDS'),
    ...commands.map(command => termed(`${typed(pageName(command))}(1)`, proseRoff(`${command.description}.`))),
    heading('OPTIONS'),
    ...program.options.map(option),
    ...exitStatus(),
    heading('ENVIRONMENT'),
    ...environment.map(([variable, meaning]) => termed(typed(variable), proseRoff(meaning))),
    heading('FILES'),
    ...files.map(([path, meaning]) => termed(`\\fI${escapeRoff(path)}\\fR`, proseRoff(meaning))),
    heading('EXAMPLES'),
    literal(program.examples.join('\n')),
    ...seeAlso('tapbook-playbook(5)', 'tapbook-config(5)', 'stap(1)', 'staprun(8)', 'ssh_config(5)'),
  );
}

function commandPage(command: CommandEntry, release: Release): string {
  const { name, description, arguments: args, options, notes, examples } = command;
  return lines(
    title(pageName(command), 1, release),
    nameSection(pageName(command), description),
    heading('SYNOPSIS'),
    [typed(name), ...(options.length > 0 ? ['[\\fIoptions\\fR]'] : []), ...args.map(({ term }) => typed(term))].join(
      ' ',
    ),
    ...(args.length === 0 ? [] : [heading('ARGUMENTS'), ...args.map(option)]),
    ...(options.length === 0 ? [] : [heading('OPTIONS'), ...optionLines(options)]),
    ...(notes === '' ? [] : [heading('NOTES'), proseRoff(notes)]),
    ...(examples.length === 0 ? [] : [heading('EXAMPLES'), literal(examples.join('\n'))]),
    ...exitStatus(),
    ...seeAlso('tapbook(1)', ...(args.some(({ term }) => term.includes('playbook')) ? ['tapbook-playbook(5)'] : [])),
  );
}

function optionLines(options: readonly Entry[]): readonly string[] {
  return byGroup(options).flatMap(([group, own]) => [
    ...(group === undefined ? [] : [subheading(group)]),
    ...own.map(option),
  ]);
}

function option({ term, text, facts }: Entry): string {
  const known = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return termed(typed(term), proseRoff(`${text}${known}`));
}

function exitStatus(): readonly string[] {
  return [
    heading('EXIT STATUS'),
    ...Object.entries(exitCodeMeanings).map(([code, meaning]) => termed(typed(code), proseRoff(`${meaning}.`))),
  ];
}

function filePage(name: string, what: string, schema: Schema, release: Release): string {
  const [document, ...sections] = describeSchema(schema);
  return lines(
    title(`tapbook-${name}`, 5, release),
    nameSection(`tapbook-${name}`, what),
    heading('DESCRIPTION'),
    proseRoff(schema.description ?? ''),
    ...(document?.rows ?? []).map(key),
    ...sections.filter(({ rows }) => rows.length > 0).flatMap(fileSection),
    ...valueSection(sections.filter(({ rows }) => rows.length === 0)),
    ...seeAlso('tapbook(1)', 'tapbook-schema(1)'),
  );
}

function fileSection({ title: words, description, rows }: SchemaSection): readonly string[] {
  return [heading(words.toUpperCase()), ...(description === '' ? [] : [proseRoff(description)]), ...rows.map(key)];
}

/** What the types of keys are called that are no mappings. */
function valueSection(sections: readonly SchemaSection[]): readonly string[] {
  if (sections.length === 0) return [];
  return [
    heading('VALUES'),
    ...sections.map(({ name = '', type, description }) =>
      termed(`${typed(name)} (${inlineRoff(type)})`, proseRoff(description)),
    ),
  ];
}

function key({ key: name, isRequired, type, description, default: preset }: SchemaRow): string {
  const facts = [
    type,
    ...(isRequired ? ['required'] : []),
    ...(preset === undefined ? [] : [`default: ${String(preset)}`]),
  ];
  return termed(`${typed(name)} (${inlineRoff(facts.join('; '))})`, proseRoff(description));
}

function seeAlso(...pages: readonly string[]): readonly string[] {
  return [
    heading('SEE ALSO'),
    pages.map(page => page.replace(/^(.*)(\(\d\))$/, (_, name, section) => `${typed(name)}${section}`)).join(', '),
  ];
}

function lines(...parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
