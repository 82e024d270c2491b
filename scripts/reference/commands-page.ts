import type { CommandEntry, Entry } from './list-commands.ts';
import { anchorOf, code, generatedNote, markdownTable, prose } from './markdown.ts';

/** `docs/reference/commands.md`: every command with its arguments and options. */
export function commandsPage(commands: readonly CommandEntry[]): string {
  const [program, ...rest] = commands;
  if (program === undefined) throw new Error('there is no command');
  const overview = rest.filter(isCommand);
  return [
    generatedNote,
    '# Commands',
    `${prose(program.description)}`,
    markdownTable(
      ['command', 'does'],
      overview.map(({ name, description }) => [`[${code(name)}](#${anchorOf(name)})`, prose(description)]),
    ),
    'Every command has `-h, --help`. See also: [exit codes](exit-codes.md), and [defaults for options](config.md).',
    ...options(program.options, '## Options of the program'),
    ...rest.filter(isCommand).flatMap(section),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Not what only holds others, as `tapbook inventory` does. */
export function isCommand({ subcommands, options: own }: CommandEntry): boolean {
  return subcommands.length === 0 || own.length > 0;
}

function section({
  name,
  description,
  usage,
  arguments: args,
  options: own,
  notes,
  examples,
}: CommandEntry): readonly string[] {
  return [
    `## ${name}`,
    `${sentence(prose(description))}`,
    `\`\`\`text\n${usage}\n\`\`\``,
    ...(args.length === 0
      ? []
      : [
          markdownTable(
            ['argument', 'is'],
            args.map(entry => [code(entry.term), explained(entry)]),
          ),
        ]),
    ...options(own),
    ...(notes === '' ? [] : [prose(notes)]),
    ...(examples.length === 0 ? [] : [`\`\`\`console\n${examples.map(line => `$ ${line}\n`).join('')}\`\`\``]),
  ];
}

/** A table for each group of the help. */
function options(entries: readonly Entry[], heading?: string): readonly string[] {
  const tables = byGroup(entries).flatMap(([group, own]) => {
    const title = group === undefined ? [] : [`**${group}**`];
    return [
      ...title,
      markdownTable(
        ['option', 'does'],
        own.map(entry => [code(entry.term), explained(entry)]),
      ),
    ];
  });
  return heading === undefined || tables.length === 0 ? tables : [heading, ...tables];
}

/** Options by the headings of the help, in their order; those of the command itself have none. */
export function byGroup(entries: readonly Entry[]): readonly (readonly [group: string | undefined, own: Entry[]])[] {
  const groups = new Map<string | undefined, Entry[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}

function explained({ text, facts }: Entry): string {
  return [prose(text), ...(facts.length === 0 ? [] : [`(${facts.map(prose).join('; ')})`])].join(' ');
}

/** `check playbooks: …` → `Check playbooks: ….` */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
