import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofDoctor } from '../options/doctor-options.ts';
import type { Finish } from './finish.ts';

export function addDoctor(program: Command, finish: Finish): void {
  const command = program
    .command('doctor')
    .argument('[playbook]', 'the playbook; without one, all hosts')
    .description('check what an apply would need on every target and build host, and say how to fix what is missing');
  addOptions(command, ...ofDoctor).action(async (playbook, options) => {
    const { doctor } = await import('../../commands/doctor.ts');
    finish(await doctor(playbook, options));
  });
}
