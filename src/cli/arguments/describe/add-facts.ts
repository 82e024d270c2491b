import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofFacts } from '../options/reach-options.ts';
import type { Finish } from './finish.ts';

export function addFacts(program: Command, finish: Finish): void {
  const command = program
    .command('facts')
    .argument('[pattern]', 'which hosts', 'all')
    .description('probe hosts and print what was found');
  addOptions(command, ...ofFacts).action(async (pattern, options) => {
    const { printFacts } = await import('../../commands/print-facts.ts');
    finish(await printFacts(pattern, options));
  });
}
