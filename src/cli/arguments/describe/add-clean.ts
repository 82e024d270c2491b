import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofClean } from '../options/clean-options.ts';
import type { Finish } from './finish.ts';

export function addClean(program: Command, finish: Finish): void {
  const command = program
    .command('clean')
    .argument('[run]', 'only what this run has left: its id, last or @last, last:PLAYBOOK, -2, …')
    .description('remove what runs have left on targets, and prune the caches; without an inventory only the caches');
  addOptions(command, ...ofClean).action(async (run, options) => {
    const { clean } = await import('../../commands/clean.ts');
    finish(await clean(run, options));
  });
}
