import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import type { OptionGroup, OptionSpec, ValuesOf } from './option-spec.ts';

/** Gives a command the options of these groups, in their order. The command's action gets their values, with their types. */
export function addOptions<
  Args extends unknown[],
  Own extends OptionValues,
  Above extends OptionValues,
  const Groups extends readonly OptionGroup[],
>(command: Command<Args, Own, Above>, ...groups: Groups): Command<Args, Own & ValuesOf<Groups>, Above> {
  for (const spec of groups.flat()) command.addOption(makeOption(spec));
  // commander's types follow a chain of calls, but not a loop.
  return command as unknown as Command<Args, Own & ValuesOf<Groups>, Above>;
}

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
