import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofPlan } from '../options/plan-options.ts';
import type { Finish } from './finish.ts';

export function addPlan(program: Command, finish: Finish): void {
  const command = program
    .command('plan')
    .argument('<playbook>', 'the playbook, or a saved plan')
    .description(
      'say what would be built and run, what is cached, and which hosts are left out and why; changes nothing',
    );
  addOptions(command, ...ofPlan).action(async (playbook, options) => {
    const { plan } = await import('../../commands/plan.ts');
    finish(await plan(playbook, options));
  });
}
