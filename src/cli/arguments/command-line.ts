import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { defaultLimits } from '../../model/default-limits.ts';
import { version } from '../../model/version.ts';
import { parseDuration } from '../../playbook/parse-amounts.ts';
import type { CheckOptions } from '../commands/check.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { InitOptions } from '../commands/init.ts';
import type { ShowOptions } from '../commands/list-inventory.ts';
import type { ScheduleOptions } from '../commands/schedule.ts';
import type { TrustOptions } from '../commands/trust.ts';
import { exitCodeMeanings, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { Interrupted } from '../session/catch-signals.ts';
import { leaveGoneDirectory } from '../session/leave-gone-directory.ts';
import { exitCodeBeforehand } from '../session/stop-cause.ts';
import { watchOutput } from '../session/watch-output.ts';
import { addCompletion } from './add-completion.ts';
import { addDiffPlan } from './add-diff-plan.ts';
import { addHistory } from './add-history.ts';
import { addTableWishes } from './add-table-wishes.ts';
import { limitOfRun } from './limit-of-run.ts';
import type { ApplyOptions, CleanOptions, ConnectionOptions, InventoryOptions, RunOptions } from './options.ts';
import { refuseLineOptions } from './refuse-line-options.ts';
import { takeDefaults, UnusableDefaults } from './take-defaults.ts';
import { wholeNumber } from './whole-number.ts';

/** Parses the arguments, runs the command, and resolves to the exit code. Nothing is thrown. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  const output = watchOutput();
  leaveGoneDirectory();
  const program = describeProgram(result => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    const trouble = output.trouble();
    if (trouble === undefined || code === exitCodes.interrupted) return code;
    ownConsole.tell(`the output is incomplete: ${trouble}`);
    return code === exitCodes.ok ? exitCodes.hostFailed : code;
  } catch (error) {
    // commander has said what is wrong; help and version end by this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof UnusableDefaults) {
      ownConsole.sayDiagnostics(error.diagnostics, 'text');
      return exitCodes.invalidInput;
    }
    if (error instanceof Interrupted) {
      if (error.stopCause === 'timeout') ownConsole.tell(`${error.message}`);
      return exitCodeBeforehand(error.stopCause);
    }
    ownConsole.tell(`a bug in tapbook: ${error instanceof Error ? error.stack : String(error)}`);
    return exitCodes.bug;
  } finally {
    output.release();
  }
}

/** The tree of commands with their options. `finish` is told the exit code of the command that was run. */
export function describeProgram(finish: (code: number) => void): Command {
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

  program
    .command('init')
    .argument('[dir]', 'the folder', '.')
    .description('write a repository to begin with: playbook, script, inventory, defaults, a job for CI')
    .addOption(
      new Option('--ci <which>', 'the job for CI').choices(['github', 'gitlab', 'both', 'none']).default('github'),
    )
    .option('--force', 'replace files that are in the way; only those that are named without it')
    .action(async (directory: string, options: InitOptions) => {
      const { init } = await import('../commands/init.ts');
      finish(await init(directory, options));
    });

  addInventory(program.command('check').argument('<playbook...>', 'playbooks to check'))
    .description('check playbooks: schema, names, scripts; with -i their hosts and variables too; touches nothing')
    .addOption(revision())
    .option('--stap', "let this machine's stap look at the scripts too")
    .option('--stap-path <file>', 'the same with the stap that stands there')
    .option('--kernel <release|dir>', 'the kernel, or the folder of its tree, against which stap resolves probe points')
    .action(async (playbooks: string[], options: CheckOptions) => {
      const { check } = await import('../commands/check.ts');
      finish(await check(playbooks, options));
    });

  const inventory = program.command('inventory').description('what the inventory says');
  addInventory(inventory.command('list').argument('[pattern]', 'which hosts', 'all'))
    .description('the hosts that a pattern selects; as JSON what ansible-inventory --list --export prints')
    .addOption(showSecrets())
    .action(async (pattern: string, options: ShowOptions) => {
      const { listInventory } = await import('../commands/list-inventory.ts');
      finish(await listInventory(pattern, options));
    });
  addInventory(inventory.command('graph').argument('[group]', 'the group to begin with', 'all'))
    .description('the tree of groups and hosts')
    .option('--vars', 'their variables too')
    .addOption(showSecrets())
    .action(async (group: string, options: ShowOptions & { vars?: boolean }) => {
      const { graphInventory } = await import('../commands/graph-inventory.ts');
      finish(await graphInventory(group, options));
    });
  addInventory(inventory.command('host').argument('<name>', 'the host'))
    .description('each variable of a host, its value, and the file and line it comes from')
    .addOption(showSecrets())
    .action(async (name: string, options: ShowOptions) => {
      const { showHost } = await import('../commands/show-host.ts');
      finish(await showHost(name, options));
    });

  addConnection(program.command('facts').argument('[pattern]', 'which hosts', 'all'))
    .description('probe hosts and print what was found')
    .addOption(forks())
    .action(async (pattern: string, options: InventoryOptions & ConnectionOptions & { forks: number }) => {
      const { printFacts } = await import('../commands/print-facts.ts');
      finish(await printFacts(pattern, options));
    });

  addPlaybook(program.command('doctor').argument('[playbook]', 'the playbook; without one, all hosts'), doctorFormats)
    .description('check what an apply would need on every target and build host, and say what mends what is missing')
    .option('--hosts <pattern>', 'without a playbook: these targets (all but the build hosts, if nothing is said)')
    .option('--build-hosts <pattern>', 'without a playbook: these build hosts (the group build_hosts, if there is one)')
    .option('--fix', 'print one script for each host with the commands that mend it, to read and run as root')
    .addOption(new Option('--apply-fixes', 'run these commands on the hosts, after asking').conflicts('fix'))
    .option('-y, --yes', 'do not ask')
    .action(async (playbook: string | undefined, options: DoctorOptions) => {
      const { doctor } = await import('../commands/doctor.ts');
      finish(await doctor(playbook, options));
    });

  addConnection(program.command('trust').argument('<pattern...>', 'which hosts'))
    .description('show the SSH host keys of hosts and of the bastions on the way, and write new ones into known_hosts')
    .option('-C, --check', 'only show them')
    .action(async (patterns: string[], options: TrustOptions) => {
      const { trust } = await import('../commands/trust.ts');
      finish(await trust(patterns, options));
    });

  addSavedPlan(addPlaybook(program.command('plan').argument('<playbook>', 'the playbook, or a saved plan')))
    .description('say what would be built and run, what is cached, and who is left out and why; changes nothing')
    .option('--out <file>', 'save the plan, to be applied later just as it is')
    .action(async (playbook: string, options: ApplyOptions) => {
      const { plan } = await import('../commands/plan.ts');
      finish(await plan(playbook, options));
    });

  addDiffPlan(program, addInventory, finish);

  addSavedPlan(addPlaybook(program.command('build').argument('<playbook>', 'the playbook, or a saved plan')))
    .description('build the modules of a playbook into the cache; loads nothing')
    .addOption(buildLimit())
    .addOption(timeLimit())
    .action(async (playbook: string, options: ApplyOptions) => {
      const { apply } = await import('../commands/apply.ts');
      finish(await apply('build', playbook, options));
    });

  const applied = program.command('apply').argument('<playbook>', 'the playbook, or a saved plan');
  addTableWishes(addSavedPlan(addApply(applied, applyFormats)))
    .description('build what is missing, run it on every host, stream what it prints, clean up')
    .option('-C, --check', 'only say what would be done, as plan does')
    .addOption(
      new Option('--sleep <duration>', 'begin so much later at most, at random: for many machines at once').argParser(
        duration(1, 1),
      ),
    )
    .option('--no-prefix', 'print the lines of scripts without `HOST | ` (those of their stderr keep `HOST ! `)')
    .option('--timestamps', 'before each line of a script, when it reached this machine, by its clock, in UTC')
    .option(
      '--fold',
      'print no lines while it runs, but at the end what hosts printed, equal outputs once: OUTPUT db[01-30]',
    )
    .option('--diff', 'as --fold, but outputs that differ from the commonest one as a diff against it')
    .addHelpText('after', linesHelp)
    .action(async (playbook: string, options: RunOptions & { check?: boolean }) => {
      const { format } = options;
      const senseless = refuseLineOptions(options);
      if (senseless !== undefined) program.error(`error: ${senseless}`);
      if (options.check && (format === 'text' || format === 'json')) {
        const { plan } = await import('../commands/plan.ts');
        finish(await plan(playbook, { ...options, format }));
        return;
      }
      if (options.check) program.error(`error: --check has nothing to print as ${format}`);
      const { apply } = await import('../commands/apply.ts');
      finish(await apply('apply', playbook, options));
    });

  addSavedPlan(addApply(program.command('schedule').argument('<playbook>', 'the playbook, or a saved plan')))
    .description('print what makes cron or systemd apply a playbook again and again, or install it')
    .requiredOption('--cron <time>', "when, as in a crontab: '*/15 * * * *', @hourly")
    .option('--systemd', 'a systemd service and timer in place of a line for the crontab')
    .addOption(
      new Option('--random-delay <duration>', 'begin so much later at most, each time at random: 90s, 5m').argParser(
        duration(1, 1),
      ),
    )
    .option('--name <name>', "the job's name (that of the playbook's file)")
    .option('--install', 'into the crontab of this user, or as units')
    .addOption(new Option('--remove', 'take it out again').conflicts('install'))
    .addHelpText('after', '\nAll other options are those of the apply, with their paths made absolute.')
    .action(async (playbook: string, options: ScheduleOptions, command: Command) => {
      const { schedule } = await import('../commands/schedule.ts');
      const { givenOptions } = await import('./given-options.ts');
      finish(await schedule(playbook, options, givenOptions(command, ofSchedule, process.cwd())));
    });

  addConnection(program.command('clean').argument('[run]', 'only what this run has left'))
    .description('remove what runs have left on targets, and prune the caches; without an inventory only the caches')
    .option('--hosts <pattern>', 'these hosts (those of the run; without one, all that do not only build)')
    .option('-C, --check', 'only show what would be removed')
    .addOption(
      new Option('--cache-age <duration>', 'remove from the caches what was not used for so long (30d)').argParser(
        duration(0, 3650),
      ),
    )
    .addOption(forks())
    .action(async (run: string | undefined, options: CleanOptions) => {
      const { clean } = await import('../commands/clean.ts');
      finish(await clean(run, options));
    });

  addHistory(program, finish);

  program
    .command('schema')
    .argument('[name]', 'which schema')
    .description('print a JSON schema; without a name, the names of all')
    .action(async (name: string | undefined) => {
      const { printSchema } = await import('../commands/print-schema.ts');
      finish(await printSchema(name));
    });

  addCompletion(program, finish);
  return program;
}

function addInventory(command: Command, formats: readonly string[] = ['text', 'json']): Command {
  return command
    .addOption(
      new Option(
        '-i, --inventory <source>',
        'inventory file, program, directory of these, or host list `a,b,`; may be given again',
      )
        .env('TAPBOOK_INVENTORY')
        .argParser(collect),
    )
    .option(
      '-l, --limit <pattern>',
      'of the selected hosts only these; @FILE, or @RUN for those that failed in a run; may be given again',
      (limit: string, before?: readonly string[]) => collect(limitOfRun(limit), before),
    )
    .option(
      '-e, --extra-vars <vars>',
      'for templates and connections: name=value, JSON, or @file; wins over all else; may be given again',
      collect,
      [],
    )
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('text'))
    .addOption(
      new Option('-J, --ask-vault-pass', 'ask for the vault password on the terminal').conflicts('vaultPasswordFile'),
    )
    .option(
      '--vault-password-file <file>',
      'file or script that gives a vault password; may be given again; also $ANSIBLE_VAULT_PASSWORD_FILE',
      collect,
    )
    .option(
      '--vault-id <[label@]source>',
      'vault password for a label, from a file or `prompt`; may be given again',
      collect,
    );
}

/** The words of Ansible's own commands; where the inventory has a variable for the same, that one wins. */
function addConnection(command: Command, formats?: readonly string[]): Command {
  return addInventory(command, formats)
    .option(
      '--ask',
      'ask on the terminal about host keys that are not known, and for passphrases (never for hosts left to ssh)',
    )
    .option('-u, --user <name>', 'log in as this user')
    .option('--private-key <file>', 'log in with this key')
    .addOption(new Option('-k, --ask-pass', 'ask for the password to log in with').conflicts('connectionPasswordFile'))
    .option('--connection-password-file <file>', 'file or script that gives that password; `-` is standard input')
    .option('--ssh-common-args <args>', 'options for ssh, such as a ProxyCommand')
    .option('--ssh-extra-args <args>', 'more options for ssh')
    .option('-b, --become', 'become another user on the hosts')
    .option('--become-user <name>', 'whom to become (root, if nothing else is said)')
    .addOption(
      new Option('--become-method <method>', 'how to become that user (sudo, if nothing else is said)').choices([
        'sudo',
        'su',
        'doas',
      ]),
    )
    .addOption(
      new Option('-K, --ask-become-pass', 'ask for the password to become that user').conflicts('becomePasswordFile'),
    )
    .option('--become-password-file <file>', 'file or script that gives that password; `-` is standard input');
}

function addPlaybook(command: Command, formats?: readonly string[]): Command {
  return addConnection(command, formats)
    .option('-t, --tags <tags>', 'only scripts and plays with one of these tags; also all, tagged, untagged', collect)
    .option('--skip-tags <tags>', 'not the scripts and plays with one of these tags', collect)
    .option('--start-at <host>', 'begin with this host in the order of the plan; those before it are left out')
    .option('--start-at-script <name>', 'begin with this script; those before it in the playbook are left out')
    .addOption(forks())
    .option('--flush-cache', 'ask the build hosts again, and try again what one of them could not build for')
    .option('-q, --quiet', 'print only what is wrong; of an apply also what changed since the one before')
    .option('-v, --verbose', 'say more of each host');
}

/** What counts where a plan that was saved by `plan --out` stands in place of a playbook. */
function addSavedPlan(command: Command): Command {
  return command
    .addOption(revision().conflicts(['onDrift', 'planDigest']))
    .option('--require-clean', 'refuse where playbook, scripts or inventory are not as git has them committed')
    .addOption(
      new Option(
        '--on-drift <what>',
        "of a saved plan's hosts that are not as planned: touch nothing, leave them out, or plan them anew (the play's on_drift, else fail)",
      ).choices(['fail', 'skip', 'replan']),
    )
    .addOption(
      new Option('--max-plan-age <duration>', 'refuse saved plans that are older, such as 12h (7d)').argParser(
        duration(1, 3650),
      ),
    )
    .addOption(
      new Option('--plan-digest <sha256>', 'refuse every saved plan but the one with this digest').argParser(hexDigits),
    );
}

/** Those of its options that are not the apply's. */
const ofSchedule: ReadonlySet<string> = new Set(['cron', 'systemd', 'randomDelay', 'name', 'install', 'remove']);

/** What decides how an apply goes. */
function addApply(command: Command, formats?: readonly string[]): Command {
  return addPlaybook(command, formats)
    .addOption(buildLimit())
    .addOption(
      new Option('--lease <seconds>', 'how long a module may live on a host without this program')
        .default(defaultLimits.leaseSeconds)
        .argParser(wholeNumber(5, 3600)),
    )
    .addOption(timeLimit())
    .addOption(
      new Option(
        '--lock-wait <duration>',
        'how long to wait for another run that applies the same modules to the inventory (not at all)',
      ).argParser(duration(0, longestTimer)),
    );
}

function exitCodesHelp(): string {
  const lines = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
  return ['', 'Exit codes:', ...lines].join('\n');
}

const linesHelp = `
How lines are shown (--no-prefix, --timestamps, --fold, --diff) is for --format text without --quiet; --fold and --diff
do not go with the other two. All of a host's scripts are one output; stderr is shown as it comes. The run's directory
has every line, whatever is shown.`;

const doctorFormats: readonly string[] = ['text', 'json', 'junit'];
/** `csv`: the records; `table`: what they come to for all hosts; neither has anything else on stdout. */
const applyFormats: readonly string[] = ['text', 'json', 'csv', 'table'];

function revision(): Option {
  return new Option(
    '--ref <revision>',
    'read playbook, scripts, inventory and variables as they were at a revision of git',
  );
}

function showSecrets(): Option {
  return new Option('--show-secrets', 'print passwords, and what ansible-vault had encrypted, as they are');
}

function forks(): Option {
  return new Option('-f, --forks <n>', 'how many hosts at once').default(50).argParser(wholeNumber(1, 10_000));
}

function buildLimit(): Option {
  return new Option(
    '--build-timeout <seconds>',
    `how long one build may take (the play's limit, else ${defaultLimits.buildSeconds})`,
  ).argParser(wholeNumber(10, 86_400));
}

function timeLimit(): Option {
  return new Option(
    '--timeout <duration>',
    'how long the whole run may take: then it is stopped as by Ctrl-C, with exit code 2',
  ).argParser(duration(1, longestTimer));
}

/** `90`, `30s`, `10m`, `1h30m`, as seconds. */
function duration(leastSeconds: number, mostDays: number): (text: string) => number {
  return text => {
    const seconds = parseDuration(/^\d+$/.test(text) ? Number(text) : text);
    if (seconds === undefined || seconds < leastSeconds || seconds > mostDays * 86_400) {
      throw new InvalidArgumentError(`Give a duration such as 90s, 10m or 1h30m, up to ${mostDays} days.`);
    }
    return seconds;
  };
}

/** Days; no timer of node's is longer. */
const longestTimer = 24;

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function hexDigits(text: string): string {
  if (!/^[0-9a-f]{12,64}$/.test(text))
    throw new InvalidArgumentError('Give the digest, or its first 12 digits at least.');
  return text;
}
