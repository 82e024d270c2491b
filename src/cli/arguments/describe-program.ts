import { Command } from '@commander-js/extra-typings';
import { version } from '../../model/version.ts';
import { exitCodeMeanings } from '../exit-code.ts';
import { addApply } from './describe/add-apply.ts';
import { addCheck } from './describe/add-check.ts';
import { addClean } from './describe/add-clean.ts';
import { addCompletion } from './describe/add-completion.ts';
import { addDiffPlan } from './describe/add-diff-plan.ts';
import { addDoctor } from './describe/add-doctor.ts';
import { addFacts } from './describe/add-facts.ts';
import { addHistory } from './describe/add-history.ts';
import { addInit } from './describe/add-init.ts';
import { addInventory } from './describe/add-inventory.ts';
import { addPlan } from './describe/add-plan.ts';
import { addSchedule } from './describe/add-schedule.ts';
import { addSchema } from './describe/add-schema.ts';
import { addTrust } from './describe/add-trust.ts';
import type { Finish } from './describe/finish.ts';
import { takeDefaults } from './take-defaults.ts';

/** The tree of commands with their options. `finish` is called with the exit code of the command that was run. */
export function describeProgram(finish: Finish): Command {
  const program = new Command('tapbook')
    .description(
      'Declarative playbooks for SystemTap: builds one module for each kernel, runs it across a fleet over SSH, leaves nothing behind.',
    )
    .version(`tapbook ${version}`, '-V, --version', 'print the version')
    .showHelpAfterError('(tapbook --help shows what there is)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride()
    .addHelpText('after', exitCodesHelp)
    .hook('preAction', (_program, command) => takeDefaults(command));
  // In the order of --help.
  for (const add of commands) add(program, finish);
  return program;
}

const commands: readonly ((program: Command, finish: Finish) => void)[] = [
  addInit,
  addCheck,
  addInventory,
  addFacts,
  addDoctor,
  addTrust,
  addPlan,
  addDiffPlan,
  addApply,
  addSchedule,
  addClean,
  addHistory,
  addSchema,
  addCompletion,
];

function exitCodesHelp(): string {
  const lines = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
  return ['', 'Exit codes:', ...lines].join('\n');
}
