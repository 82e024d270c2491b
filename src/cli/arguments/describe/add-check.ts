import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofCheck } from '../options/check-options.ts';
import type { Finish } from './finish.ts';

export function addCheck(program: Command, finish: Finish): void {
  const command = program
    .command('check')
    .argument('<playbook...>', 'playbooks to check')
    .description('check playbooks: schema, names, scripts; with -i their hosts and variables too; touches nothing');
  addOptions(command, ...ofCheck).action(async (playbooks, options) => {
    const { check } = await import('../../commands/check.ts');
    finish(await check(playbooks, options));
  });
}
