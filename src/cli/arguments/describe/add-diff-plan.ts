import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofDiffPlan } from '../options/diff-plan-options.ts';
import type { Finish } from './finish.ts';

/** Adds `diff-plan`, which says what a commit changes. */
export function addDiffPlan(program: Command, finish: Finish): void {
  const command = program
    .command('diff-plan')
    .argument('<revision>', 'the older version: a tag, a branch, a commit, or A..B')
    .argument('[revision-or-playbook...]', 'the newer version, else the working tree; and playbooks, else all here')
    .description('say which hosts, scripts and builds a commit changes; asks no host');
  addOptions(command, ...ofDiffPlan).action(async (revision, words, options) => {
    const { diffPlan } = await import('../../commands/diff-plan.ts');
    finish(await diffPlan(revision, words, options));
  });
}
