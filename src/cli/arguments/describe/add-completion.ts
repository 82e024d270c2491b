import type { Command } from '@commander-js/extra-typings';
import { shells } from '../../completion/shells.ts';
import type { Finish } from './finish.ts';

/** Adds `completion`, which prints a script for a shell, and the hidden command that this script asks. */
export function addCompletion(program: Command, finish: Finish): void {
  program
    .command('completion')
    .addArgument(program.createArgument('<shell>', 'the shell').choices(shells))
    .description(
      'print what makes a shell complete commands, options, hosts, runs and playbooks: source <(tapbook completion bash)',
    )
    .action(async shell => {
      const { printCompletion } = await import('../../commands/print-completion.ts');
      finish(await printCompletion(shell));
    });
  program
    .command('__complete', { hidden: true })
    .addArgument(program.createArgument('<shell>').choices(shells))
    .argument('[words...]')
    .action(async (shell, words) => {
      const { complete } = await import('../../completion/complete.ts');
      await complete(program, shell, words);
    });
}
