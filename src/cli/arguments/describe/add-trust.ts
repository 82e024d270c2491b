import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofTrust } from '../options/reach-options.ts';
import type { Finish } from './finish.ts';

export function addTrust(program: Command, finish: Finish): void {
  const command = program
    .command('trust')
    .argument('<pattern...>', 'which hosts')
    .description(
      'show the SSH host keys of hosts and of the bastions on the way, and write new ones into known_hosts; asks first on a terminal',
    );
  addOptions(command, ...ofTrust).action(async (patterns, options) => {
    const { trust } = await import('../../commands/trust.ts');
    finish(await trust(patterns, options));
  });
}
