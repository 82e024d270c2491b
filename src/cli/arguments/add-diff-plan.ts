import type { Command } from 'commander';
import type { DiffPlanOptions } from '../commands/diff-plan.ts';

/** What tells of a commit. `addInventory` adds the options that say which inventory is meant. */
export function addDiffPlan(
  program: Command,
  addInventory: (command: Command) => Command,
  finish: (code: number) => void,
): void {
  const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  addInventory(
    program
      .command('diff-plan')
      .argument('<revision>', 'the older version: a tag, a branch, a commit, or A..B')
      .argument('[revision-or-playbook...]', 'the newer version, else the working tree; and playbooks, else all here'),
  )
    .description('say which hosts, scripts and builds a commit changes; asks no host')
    .option('-t, --tags <tags>', 'only scripts and plays with one of these tags; also all, tagged, untagged', several)
    .option('--skip-tags <tags>', 'not the scripts and plays with one of these tags', several)
    .option('--exit-code', 'end with 10 where anything is changed, as git diff does with 1')
    .action(async (revision: string, words: readonly string[], options: DiffPlanOptions) => {
      const { diffPlan } = await import('../commands/diff-plan.ts');
      finish(await diffPlan(revision, words, options));
    });
}
