import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { printableText } from '../../model/printable-text.ts';
import { otherThanCommand, otherThanOption, sameOptionsHere } from './foreign-words.ts';

/**
 * What is printed of an error of usage. An option or a command that is not known has below it what does the same here, if that
 * is known; else what commander takes for a slip; else which commands have that option. A value that came with it is left
 * out: it may be a password.
 */
export function explainUnknown(text: string, command: CommandUnknownOpts): string {
  const [, what, written, slip] =
    /^error: unknown (option|command) '(.*?)'(?:\n(\(Did you mean .*\)))?\n$/s.exec(text) ?? [];
  if (what === undefined || written === undefined) return text;
  const word = what === 'option' ? nameOf(written) : written;
  const hint = what === 'option' ? hintForOption(word, command) : hintForCommand(word, command);
  const below = hint === undefined ? (slip ?? whoHas(what, word, command)) : `(${hint})`;
  return `error: unknown ${what} '${printableText(word)}'\n${below === undefined ? '' : `${below}\n`}`;
}

/** `--name` of `--name=value`, `-T` of `-T30`. */
function nameOf(written: string): string {
  return written.startsWith('--') ? written.replace(/=.*/s, '') : written.slice(0, 2);
}

function hintForOption(word: string, command: CommandUnknownOpts): string | undefined {
  const other = otherThanOption(word, command.name());
  if (other !== undefined) return other;
  const same = sameOptionsHere(word, command.name());
  if (command.parent === null)
    return [word, ...same].map(one => placeOf(one, command)).find(told => told !== undefined);
  const own = same.find(one => hasOption(command, one));
  if (own !== undefined) return `${own} does that`;
  return same.map(one => listHolders(one, command)).find(told => told !== undefined);
}

/** Ansible's programs have one command each: here options stand behind it. */
function placeOf(option: string, program: CommandUnknownOpts): string | undefined {
  const holders = commandsBelow(program).filter(one => hasOption(one, option));
  const holder = holders.find(one => one.name() === 'apply') ?? holders[0];
  return holder === undefined ? undefined : `options stand behind the command: \`${pathOf(holder)} … ${option}\``;
}

function hintForCommand(word: string, command: CommandUnknownOpts): string | undefined {
  if (command.parent === null) return otherThanCommand(word);
  const names = command.commands.map(one => `\`${pathOf(one)}\``);
  return names.length === 0 ? undefined : `there are ${names.join(', ')}`;
}

function whoHas(what: string, word: string, command: CommandUnknownOpts): string | undefined {
  const holders = what === 'option' ? listHolders(word, command) : undefined;
  return holders === undefined ? undefined : `(${holders})`;
}

/** `apply and show have --top`. */
function listHolders(option: string, command: CommandUnknownOpts): string | undefined {
  const all = commandsBelow(rootOf(command)).filter(one => hasOption(one, option));
  const names = all.map(one => pathOf(one).replace(/^\S+ /, ''));
  const [last, ...others] = names.reverse();
  if (last === undefined) return undefined;
  if (others.length === 0) return `${last} has ${option}`;
  return `${others.reverse().join(', ')} and ${last} have ${option}`;
}

function hasOption(command: CommandUnknownOpts, word: string): boolean {
  return command.options.some(({ long, short }) => long === word || short === word);
}

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : rootOf(command.parent);
}

function commandsBelow(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return command.commands.flatMap(one => [one, ...commandsBelow(one)]);
}

/** `tapbook inventory list`. */
export function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
