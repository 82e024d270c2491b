import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { exampleLines, examplesHeading } from '../../src/cli/arguments/examples.ts';

/** A command as the reference and the man pages tell of it. */
export interface CommandEntry {
  /** `tapbook inventory list`; the program itself is `tapbook`. */
  readonly name: string;
  readonly description: string;
  /** `tapbook inventory list [options] [pattern]`. */
  readonly usage: string;
  readonly arguments: readonly Entry[];
  readonly options: readonly Entry[];
  /** What `--help` says behind the options. */
  readonly notes: string;
  /** Command lines of it. */
  readonly examples: readonly string[];
  /** The names of the commands that stand below it. */
  readonly subcommands: readonly string[];
}

export interface Entry {
  /** `-f, --forks <n>`, `[pattern]`. */
  readonly term: string;
  readonly text: string;
  /** What is good to know besides: `default: 50`, `one of: text, json`, `environment: TAPBOOK_INVENTORY`. */
  readonly facts: readonly string[];
  /** Of an option: the heading under which the help has it. */
  readonly group?: string;
}

/** The program and all that stand below it but the hidden ones, in the order of its help. Groups that only hold others too. */
export function listCommands(program: CommandUnknownOpts): readonly CommandEntry[] {
  return walk(program, program.name());
}

function walk(command: CommandUnknownOpts, name: string): readonly CommandEntry[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command).filter(other => other.name() !== 'help');
  const entry: CommandEntry = {
    name,
    description: command.description(),
    usage: `${name} ${command.usage()}`,
    arguments: command.registeredArguments.map(argumentEntry),
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map(optionEntry),
    notes: notesOf(command),
    examples: exampleLines(name),
    subcommands: below.map(other => `${name} ${other.name()}`),
  };
  return [entry, ...below.flatMap(other => walk(other, `${name} ${other.name()}`))];
}

function argumentEntry(argument: Argument): Entry {
  const { required, variadic, description, defaultValue, argChoices } = argument;
  const name = variadic ? `${argument.name()}...` : argument.name();
  return {
    term: required ? `<${name}>` : `[${name}]`,
    text: description,
    facts: [...choiceFacts(argChoices), ...defaultFacts(defaultValue)],
  };
}

function optionEntry({
  flags,
  description,
  mandatory,
  defaultValue,
  argChoices,
  envVar,
  negate,
  helpGroupHeading,
}: Option): Entry {
  return {
    term: flags,
    text: description,
    ...(helpGroupHeading === undefined ? {} : { group: helpGroupHeading.replace(/:$/, '') }),
    facts: [
      ...(mandatory ? ['required'] : []),
      ...choiceFacts(argChoices),
      ...(negate ? [] : defaultFacts(defaultValue)),
      ...(envVar === undefined ? [] : [`environment: ${envVar}`]),
    ],
  };
}

function choiceFacts(choices: readonly string[] | undefined): readonly string[] {
  return choices === undefined ? [] : [`one of: ${choices.join(', ')}`];
}

function defaultFacts(value: unknown): readonly string[] {
  if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
  return [`default: ${String(value)}`];
}

/** commander gives the texts behind the options to nobody but its output. The examples are told by themselves. */
function notesOf(command: CommandUnknownOpts): string {
  let shown = '';
  command.configureOutput({
    writeOut: text => {
      shown += text;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  const information = command.helpInformation();
  const behind = shown.slice(shown.indexOf(information) + information.length).trim();
  return behind.replace(new RegExp(`(^|\\n\\n)${examplesHeading}\\n[^]*$`), '').trim();
}
