import type { Command } from '@commander-js/extra-typings';
import { givenOptions } from '../given-options.ts';
import { addOptions } from '../options/add-options.ts';
import { ofSchedule, scheduleOptions } from '../options/schedule-options.ts';
import type { Finish } from './finish.ts';

export function addSchedule(program: Command, finish: Finish): void {
  const command = program
    .command('schedule')
    .argument('<playbook>', 'the playbook, or a saved plan')
    .description('print what makes cron or systemd apply a playbook again and again, or install it')
    .addHelpText('after', '\nAll other options are those of the apply, with their paths made absolute.');
  addOptions(command, ...ofSchedule).action(async (playbook, options, own) => {
    const { schedule } = await import('../../commands/schedule.ts');
    finish(await schedule(playbook, options, givenOptions(own, scheduleOptions, process.cwd())));
  });
}
