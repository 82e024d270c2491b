import type { Command } from 'commander';
import { type Shell, shells } from '../completion/shells.ts';

/** What makes a shell complete words of tapbook, and what it asks then. */
export function addCompletion(program: Command, finish: (code: number) => void): void {
  const shell = program.createArgument('<shell>', 'the shell').choices(shells);
  program
    .command('completion')
    .addArgument(shell)
    .description(
      'print what makes a shell complete commands, options, hosts, runs and playbooks: source <(tapbook completion bash)',
    )
    .action(async (name: Shell) => {
      const { printCompletion } = await import('../commands/print-completion.ts');
      finish(await printCompletion(name));
    });
  program
    .command('__complete', { hidden: true })
    .addArgument(program.createArgument('<shell>').choices(shells))
    .argument('[words...]')
    .action(async (name: Shell, words: readonly string[]) => {
      const { complete } = await import('../completion/complete.ts');
      await complete(program, name, words);
    });
}
