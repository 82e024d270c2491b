import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { helpGroupOf } from './help-groups.ts';
import type { OptionGroup, OptionSpec, ValuesOf } from './option-spec.ts';

/**
 * Gives a command the options of these groups, in the order of its help: those that only it has come first. Few options have no
 * headings. The command's action gets their values, with their types.
 */
export function addOptions<
  Args extends unknown[],
  Own extends OptionValues,
  Above extends OptionValues,
  const Groups extends readonly OptionGroup[],
>(command: Command<Args, Own, Above>, ...groups: Groups): Command<Args, Own & ValuesOf<Groups>, Above> {
  const placed = groups.map(specs => ({ specs, help: helpGroupOf(specs) }));
  const hasHeadings = groups.flat().length > mostWithoutHeadings;
  for (const { specs, help } of placed.sort((left, right) => (left.help?.place ?? -1) - (right.help?.place ?? -1))) {
    for (const spec of specs) {
      const { flags, negatable } = spec;
      const denial = negatable === undefined ? [] : [new Option(flags.replace('--', '--no-'), negatable)];
      for (const option of [makeOption(spec), ...denial]) {
        if (hasHeadings && help !== undefined) option.helpGroup(help.heading);
        command.addOption(option);
      }
    }
  }
  // commander's types follow a chain of calls, but not a loop.
  return command as unknown as Command<Args, Own & ValuesOf<Groups>, Above>;
}

const mostWithoutHeadings = 10;

function makeOption({
  flags,
  about,
  parse,
  several,
  choices,
  env,
  conflicts,
  required,
  defaultText,
  ...rest
}: OptionSpec): Option {
  const option: Option = new Option(flags, about);
  if ('default' in rest) option.default(rest.default, defaultText);
  if (choices !== undefined) option.choices(choices);
  if (several) option.argParser(collect(parse));
  else if (parse !== undefined) option.argParser(parse);
  if (env !== undefined) option.env(env);
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  if (required) option.makeOptionMandatory();
  return option;
}

function collect(
  parse: (text: string) => unknown = text => text,
): (text: string, before?: readonly unknown[]) => readonly unknown[] {
  return (text, before = []) => [...before, parse(text)];
}
