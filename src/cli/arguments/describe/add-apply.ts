import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofApply, ofBuild } from '../options/apply-options.ts';
import { refuseLineOptions } from '../refuse-line-options.ts';
import type { Finish } from './finish.ts';

/** Adds `build`, which builds modules, and `apply`, which runs them as well. */
export function addApply(program: Command, finish: Finish): void {
  const build = program
    .command('build')
    .argument('<playbook>', 'the playbook, or a saved plan')
    .description('build the modules of a playbook into the cache; loads nothing');
  addOptions(build, ...ofBuild).action(async (playbook, options) => {
    const { apply } = await import('../../commands/apply.ts');
    finish(await apply('build', playbook, options));
  });
  const command = program
    .command('apply')
    .argument('<playbook>', 'the playbook, or a saved plan')
    .description('build what is missing, run it on every host, stream what it prints, clean up')
    .addHelpText('after', linesHelp);
  addOptions(command, ...ofApply).action(async (playbook, options) => {
    const { format } = options;
    const senseless = refuseLineOptions(options);
    if (senseless !== undefined) command.error(`error: ${senseless}`);
    if (options.check && (format === 'text' || format === 'json')) {
      const { plan } = await import('../../commands/plan.ts');
      finish(await plan(playbook, { ...options, format }));
      return;
    }
    if (options.check) command.error(`error: --check has nothing to print as ${format}`);
    const { apply } = await import('../../commands/apply.ts');
    finish(await apply('apply', playbook, options));
  });
}

const linesHelp = `
How lines are shown (--no-prefix, --timestamps, --fold, --diff) is for --format
text without --quiet; --fold and --diff do not go with the other two. All of a
host's scripts are one output; stderr is shown as it comes. The run's directory
has every line, whatever is shown.`;
