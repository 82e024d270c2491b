import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { trustFolderOptions } from '../options/trust-folder-options.ts';
import type { Finish } from './finish.ts';

export function addTrustFolder(program: Command, finish: Finish): void {
  const command = program
    .command('trust-folder')
    .argument('[path]', 'the folder, or one below it', '.')
    .description('let the programs be run that come by the tapbook.yml of a folder, until that file changes');
  addOptions(command, trustFolderOptions).action(async (path, options) => {
    const { trustFolder } = await import('../../commands/trust-folder.ts');
    finish(await trustFolder(path, options));
  });
}
