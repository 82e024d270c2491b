import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { version } from '../../model/version.ts';
import { wrapText } from '../../report/layout/wrap-text.ts';
import { exitCodeMeanings } from '../exit-code.ts';
import { confineInCi } from './confine-in-ci.ts';
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
import { addProbes } from './describe/add-probes.ts';
import { addSchedule } from './describe/add-schedule.ts';
import { addSchema } from './describe/add-schema.ts';
import { addTrust } from './describe/add-trust.ts';
import { addTrustFolder } from './describe/add-trust-folder.ts';
import type { Finish } from './describe/finish.ts';
import { exampleLines, examplesHeading } from './examples.ts';
import { explainUnknown, pathOf } from './explain-unknown.ts';
import { helpLayout } from './help-layout.ts';
import { takeDefaults } from './take-defaults.ts';

/** The tree of commands with their options. `finish` is called with the exit code of the command that was run. */
export function describeProgram(finish: Finish): Command {
  const program = new Command('tapbook')
    .description(
      'Declarative playbooks for SystemTap: builds one module for each kernel, runs it across a fleet over SSH, leaves nothing behind.',
    )
    .version(`tapbook ${version}`, '-V, --version', 'print the version')
    .configureHelp(helpLayout)
    .exitOverride()
    .addHelpText('after', exitCodesHelp)
    .hook('preAction', async (_program, command) => {
      await takeDefaults(command);
      confineInCi(command, process.env);
    });
  // In the order of --help.
  for (const [heading, adders] of commands) {
    program.commandsGroup(heading);
    for (const add of adders) add(program, finish);
  }
  program.helpCommand('help [command]', 'display help for a command');
  guide(program);
  return program;
}

const commands: readonly (readonly [
  heading: string,
  adders: readonly ((program: Command, finish: Finish) => void)[],
])[] = [
  ['Playbooks:', [addInit, addCheck, addPlan, addDiffPlan, addApply, addSchedule, addTrustFolder]],
  ['Hosts:', [addInventory, addFacts, addDoctor, addProbes, addTrust, addClean]],
  ['Runs:', [addHistory]],
  ['More:', [addSchema, addCompletion]],
];

/** Each command has its examples in its help, and errors of its usage point to that help. */
function guide(command: CommandUnknownOpts): void {
  const path = pathOf(command);
  const lines = exampleLines(path);
  if (lines.length > 0)
    command.addHelpText('after', `${['', examplesHeading, ...lines.map(line => `  ${line}`)].join('\n')}`);
  command
    .showHelpAfterError(`(${path} --help shows what there is)`)
    .configureOutput({ outputError: (text, write) => write(explainUnknown(text, command)) });
  if (command.commands.length > 0) command.on('beforeHelp', () => refuseUnknown(command));
  for (const one of command.commands) guide(one);
}

/** `graph --help` and `help graph`: the help of all commands would not say that there is no such one. */
function refuseUnknown(command: CommandUnknownOpts): void {
  const [first, second] = command.args;
  const word = first === 'help' ? second : first;
  const isKnown = command.commands.some(one => one.name() === word || one.aliases().includes(word ?? ''));
  if (word !== undefined && !word.startsWith('-') && !isKnown) command.parse([word], { from: 'user' });
}

function exitCodesHelp(): string {
  const lines = Object.entries(exitCodeMeanings).flatMap(([code, meaning]) => {
    const [first, ...others] = wrapText(meaning, 80 - 7).map(line => line.trimStart());
    return [`  ${code.padEnd(5)}${first}`, ...others.map(line => `       ${line}`)];
  });
  return ['', 'Exit codes:', ...lines].join('\n');
}
