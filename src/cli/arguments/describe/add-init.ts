import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { initOptions } from '../options/init-options.ts';
import type { Finish } from './finish.ts';

export function addInit(program: Command, finish: Finish): void {
  const command = program
    .command('init')
    .argument('[dir]', 'the folder', '.')
    .description('write a repository to begin with: playbook, script, inventory, defaults, a job for CI');
  addOptions(command, initOptions).action(async (directory, options) => {
    const { init } = await import('../../commands/init.ts');
    finish(await init(directory, options));
  });
}
