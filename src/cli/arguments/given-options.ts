import { isAbsolute, resolve } from 'node:path';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { OptionGroup } from './options/option-spec.ts';
import type { ScheduleOptions } from './options/schedule-options.ts';

/**
 * The options that a command was given, as words of a command line. They mean the same from any directory: paths are
 * absolute. Options of `besides` are left out.
 */
export function givenOptions(
  command: Pick<CommandUnknownOpts, 'options' | 'getOptionValue' | 'getOptionValueSource'>,
  besides: OptionGroup,
  directory: string,
): readonly string[] {
  const left = new Set(besides.map(({ flags }) => flags));
  return command.options.flatMap(option => {
    const key = option.attributeName();
    const source = command.getOptionValueSource(key);
    if (left.has(option.flags) || (source !== 'cli' && source !== 'env')) return [];
    const value: unknown = command.getOptionValue(key);
    const word = option.long ?? option.short ?? '';
    if (typeof value === 'boolean') return value === option.negate ? [] : [word];
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap(one => [word, absolute(option, String(one), directory)]);
  });
}

type Name = keyof ScheduleOptions;

/** Their values are paths, or may be. */
const paths: ReadonlySet<Name> = new Set([
  'privateKey',
  'connectionPasswordFile',
  'becomePasswordFile',
  'vaultPasswordFile',
]);

function absolute(option: Option, value: string, directory: string): string {
  const key = option.attributeName() as Name;
  if (paths.has(key)) return value === '-' ? value : resolve(directory, value);
  // A list of hosts, such as `a,b,`, is no path.
  if (key === 'inventory') return value.includes(',') ? value : resolve(directory, value);
  if (key === 'extraVars' || key === 'limit')
    return value.startsWith('@') ? `@${resolve(directory, value.slice(1))}` : value;
  if (key !== 'vaultId') return value;
  const at = value.lastIndexOf('@');
  const source = value.slice(at + 1);
  return source === 'prompt' || isAbsolute(source) ? value : value.slice(0, at + 1) + resolve(directory, source);
}
