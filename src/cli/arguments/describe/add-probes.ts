import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofProbes } from '../options/probes-options.ts';
import type { Finish } from './finish.ts';

export function addProbes(program: Command, finish: Finish): void {
  const command = program
    .command('probes')
    .argument(
      '<file-or-playbook>',
      'a program or library, on the hosts of --limit (without it, on this machine); or a playbook: what its scripts probe, on its hosts',
    )
    .description('list the marks and functions that scripts can probe in programs and libraries of hosts');
  addOptions(command, ...ofProbes).action(async (what, options) => {
    const { printProbes } = await import('../../commands/print-probes.ts');
    finish(await printProbes(what, options));
  });
}
