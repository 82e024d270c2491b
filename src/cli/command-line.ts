import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { TableOrder } from '../model/records.ts';
import { parseOrder } from '../records/table-columns.ts';
import type { CheckOptions } from './check.ts';
import type { DoctorOptions } from './doctor.ts';
import { exitCodes } from './exit-code.ts';
import type { ShowOptions } from './list-inventory.ts';
import type { ApplyOptions, ConnectionOptions, InventoryOptions, RunOptions } from './options.ts';
import { Interrupted } from './signals.ts';
import type { TrustOptions } from './trust.ts';
import { version } from './version.ts';

/** Parses the arguments, runs the command, and resolves to the exit code. Nothing is thrown. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  // Who has read enough (`| head`) and goes is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = describeProgram(result => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // commander has said what is wrong; help and version end by this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof Interrupted) return exitCodes.interrupted;
    process.stderr.write(`tapbook: a bug in tapbook: ${error instanceof Error ? error.stack : String(error)}\n`);
    return exitCodes.bug;
  }
}

function describeProgram(finish: (code: number) => void): Command {
  const program = new Command('tapbook')
    .description(
      'Declarative playbooks for SystemTap: builds one module for each kernel, runs it across a fleet over SSH, leaves nothing behind.',
    )
    .version(`tapbook ${version}`, '-V, --version', 'print the version')
    .showHelpAfterError('(tapbook --help shows what there is)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride();

  addInventory(program.command('check').argument('<playbook...>', 'playbooks to check'))
    .description('check playbooks: schema, names, scripts; with -i their hosts and variables too; touches nothing')
    .option('--stap', "let this machine's stap look at the scripts too")
    .option('--stap-path <file>', 'the same with the stap that stands there')
    .option('--kernel <release|dir>', 'the kernel, or the folder of its tree, against which stap resolves probe points')
    .action(async (playbooks: string[], options: CheckOptions) => {
      const { check } = await import('./check.ts');
      finish(await check(playbooks, options));
    });

  const inventory = program.command('inventory').description('what the inventory says');
  addInventory(inventory.command('list').argument('[pattern]', 'which hosts', 'all'))
    .description('the hosts that a pattern selects; as JSON what ansible-inventory --list --export prints')
    .addOption(showSecrets())
    .action(async (pattern: string, options: ShowOptions) => {
      const { listInventory } = await import('./list-inventory.ts');
      finish(await listInventory(pattern, options));
    });
  addInventory(inventory.command('graph').argument('[group]', 'the group to begin with', 'all'))
    .description('the tree of groups and hosts')
    .option('--vars', 'their variables too')
    .addOption(showSecrets())
    .action(async (group: string, options: ShowOptions & { vars?: boolean }) => {
      const { graphInventory } = await import('./graph-inventory.ts');
      finish(await graphInventory(group, options));
    });
  addInventory(inventory.command('host').argument('<name>', 'the host'))
    .description('each variable of a host, its value, and the file and line it comes from')
    .addOption(showSecrets())
    .action(async (name: string, options: ShowOptions) => {
      const { showHost } = await import('./show-host.ts');
      finish(await showHost(name, options));
    });

  addConnection(program.command('facts').argument('[pattern]', 'which hosts', 'all'))
    .description('probe hosts and print what was found')
    .addOption(forks())
    .action(async (pattern: string, options: InventoryOptions & ConnectionOptions & { forks: number }) => {
      const { printFacts } = await import('./print-facts.ts');
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
      const { doctor } = await import('./doctor.ts');
      finish(await doctor(playbook, options));
    });

  addConnection(program.command('trust').argument('<pattern...>', 'which hosts'))
    .description('show the SSH host keys of hosts and of the bastions on the way, and write new ones into known_hosts')
    .option('-C, --check', 'only show them')
    .action(async (patterns: string[], options: TrustOptions) => {
      const { trust } = await import('./trust.ts');
      finish(await trust(patterns, options));
    });

  addPlaybook(program.command('plan').argument('<playbook>', 'the playbook'))
    .description('say what would be built and run, what is cached, and who is left out and why; changes nothing')
    .action(async (playbook: string, options: ApplyOptions) => {
      const { plan } = await import('./plan.ts');
      finish(await plan(playbook, options));
    });

  addPlaybook(program.command('build').argument('<playbook>', 'the playbook'))
    .description('build the modules of a playbook into the cache; loads nothing')
    .addOption(buildLimit())
    .action(async (playbook: string, options: ApplyOptions) => {
      const { apply } = await import('./apply.ts');
      finish(await apply('build', playbook, options));
    });

  addPlaybook(program.command('apply').argument('<playbook>', 'the playbook'), applyFormats)
    .description('build what is missing, run it on every host, stream what it prints, clean up')
    .addOption(buildLimit())
    .option('-C, --check', 'only say what would be done, as plan does')
    .addOption(new Option('--sort <column[:asc|desc]>', "sort the fleet's tables by this column").argParser(tableOrder))
    .addOption(
      new Option('--top <n>', 'so many rows of each table, and the rest as one').argParser(integer(1, 100_000)),
    )
    .addOption(
      new Option('--lease <seconds>', 'how long a module may live on a host without this program')
        .default(60)
        .argParser(integer(5, 3600)),
    )
    .action(async (playbook: string, options: RunOptions & { check?: boolean }) => {
      const { format } = options;
      if (options.check && (format === 'text' || format === 'json')) {
        const { plan } = await import('./plan.ts');
        finish(await plan(playbook, { ...options, format }));
        return;
      }
      if (options.check) program.error(`error: --check has nothing to print as ${format}`);
      const { apply } = await import('./apply.ts');
      finish(await apply('apply', playbook, options));
    });

  program
    .command('schema')
    .argument('[name]', 'which schema')
    .description('print a JSON schema: playbook, event, plan or doctor')
    .action(async (name: string | undefined) => {
      const { printSchema } = await import('./print-schema.ts');
      finish(await printSchema(name));
    });
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
    .option('-l, --limit <pattern>', 'of the selected hosts only these; may be given again', collect)
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
    .option('-t, --tags <tags>', 'only scripts and plays with one of these tags', collect)
    .addOption(forks())
    .option('--flush-cache', 'ask the build hosts again, and try again what one of them could not build for')
    .option('-q, --quiet', 'print only what is wrong')
    .option('-v, --verbose', 'say more of each host');
}

const doctorFormats: readonly string[] = ['text', 'json', 'junit'];
/** `csv`: the records; `table`: what they come to for all hosts; neither has anything else on stdout. */
const applyFormats: readonly string[] = ['text', 'json', 'csv', 'table'];

function showSecrets(): Option {
  return new Option('--show-secrets', 'print passwords, and what ansible-vault had encrypted, as they are');
}

function forks(): Option {
  return new Option('-f, --forks <n>', 'how many hosts at once').default(50).argParser(integer(1, 10_000));
}

function buildLimit(): Option {
  return new Option('--build-timeout <seconds>', "how long one build may take (the play's limit, else 900)").argParser(
    integer(10, 86_400),
  );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function tableOrder(text: string): TableOrder {
  const order = parseOrder(text);
  if (order === undefined) throw new InvalidArgumentError('Give a column, such as bytes, bytes:desc or execname:asc.');
  return order;
}

function integer(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
