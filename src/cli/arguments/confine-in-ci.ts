import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** Where CI checks what others propose, nothing outside of the repository is read, unless the command line says so. */
export function confineInCi(command: CommandUnknownOpts, env: Readonly<Record<string, string | undefined>>): void {
  const isKnown = command.options.some(({ long }) => long === '--confine');
  if (!isKnown || command.getOptionValue('confine') !== undefined || /^(?:|0|no|false)$/i.test(env['CI'] ?? '')) return;
  command.setOptionValueWithSource('confine', true, 'default');
}
