/** Options of Ansible's programs, of stap and of old habits, and what is called so here. */
const sameOption: Readonly<Record<string, string>> = {
  '--start-at-task': '--start-at-script',
  '--inventory-file': '--inventory',
  '-n': '--check',
  '-C': '--check',
  '--dry-run': '--check',
  '--dryrun': '--check',
  '-D': '--diff',
  '-T': '--connect-timeout',
  '--connection-timeout': '--connect-timeout',
  '--ssh-timeout': '--connect-timeout',
  '--tag': '--tags',
  '--only-tags': '--tags',
  '--var': '--extra-vars',
  '--vars': '--extra-vars',
  '--set': '--extra-vars',
  '--remote-user': '--user',
  '--login': '--user',
  '-s': '--become',
  '-S': '--become',
  '--su': '--become',
  '--sudo': '--become',
  '-U': '--become-user',
  '-R': '--become-user',
  '--su-user': '--become-user',
  '--sudo-user': '--become-user',
  '--ask-sudo-pass': '--ask-become-pass',
  '--ask-su-pass': '--ask-become-pass',
  '--ask-become-password': '--ask-become-pass',
  '--ask-password': '--ask-pass',
  '--ask-vault-password': '--ask-vault-pass',
  '--become-pass-file': '--become-password-file',
  '--conn-pass-file': '--connection-password-file',
  '--connection-pass-file': '--connection-password-file',
  '--vault-pass-file': '--vault-password-file',
  '--key-file': '--private-key',
  '--key': '--private-key',
  '--identity-file': '--private-key',
  '--ssh-args': '--ssh-common-args',
  '--scp-extra-args': '--ssh-extra-args',
  '--sftp-extra-args': '--ssh-extra-args',
  '--parallel': '--forks',
  '--jobs': '--forks',
  '-j': '--forks',
  '--silent': '--quiet',
  '--debug': '--verbose',
  '--assume-yes': '--yes',
  '--auto-approve': '--yes',
  '--clear-cache': '--flush-cache',
  '--no-cache': '--flush-cache',
  '--branch': '--ref',
  '--commit': '--ref',
  '--revision': '--ref',
  '--save': '--out',
  '--output': '--out',
  '-o': '--out',
};

const ofModules = 'that is for modules of Ansible; here the scripts of a playbook run, `tapbook init` writes one';

/** What options of others mean here where no option does the same. */
const otherOption: Readonly<Record<string, string>> = {
  '--syntax-check': '`tapbook check PLAYBOOK` does that, and looks at the scripts too',
  '--list-hosts': '`tapbook plan PLAYBOOK` lists them; `tapbook inventory list PATTERN` asks none of them',
  '--list-tasks': '`tapbook plan PLAYBOOK` lists the scripts and the hosts that run them',
  '--list-tags': 'the tags stand in the playbook; behind -t the shell completes them',
  '--step':
    'nothing is asked in between: `serial: [1, 100%]` begins with one host, `plan --out` and `apply` are two steps',
  '--force-handlers': 'a play has scripts and no handlers',
  '-c': 'say it to the inventory: ansible_connection=local, or -e ansible_connection=local',
  '--connection': 'say it to the inventory: ansible_connection=local, or -e ansible_connection=local',
  '--port': 'say it to the inventory: ansible_port=2222, or -e ansible_port=2222',
  '--password': 'no password stands on a command line: --ask-pass, or --connection-password-file FILE',
  '--become-pass': 'no password stands on a command line: --ask-become-pass, or --become-password-file FILE',
  '--become-password': 'no password stands on a command line: --ask-become-pass, or --become-password-file FILE',
  '--vault-password': 'no password stands on a command line: --ask-vault-pass, or --vault-password-file FILE',
  '-m': ofModules,
  '-a': ofModules,
  '-M': ofModules,
  '-B': ofModules,
  '-P': ofModules,
  '--args': ofModules,
  '--background': ofModules,
  '--module-name': ofModules,
  '--module-path': ofModules,
  '--one-line': ofModules,
  '--poll': ofModules,
  '--task-timeout': ofModules,
  '--tree': 'each run keeps what its hosts print: `tapbook runs`, `tapbook show last`',
  '--playbook-dir': 'paths are relative to the playbook',
  '--list': '`tapbook inventory list` does that',
  '--graph': '`tapbook inventory graph` does that',
  '--json': '--format json',
  '--yaml': '--format json is what programs can read',
  '--toml': '--format json is what programs can read',
  '--export': '--format json prints variables at their groups, as ansible-inventory --export',
  '--color': 'colours are for terminals; NO_COLOR=1 in the environment takes them away',
  '--no-color': 'NO_COLOR=1 in the environment does that',
  '--no-colour': 'NO_COLOR=1 in the environment does that',
  '--config': 'defaults for options stand in tapbook.yml, in the folder of the playbook or above it',
  '--version': '`tapbook --version` does that',
  '-g': 'in the playbook: stap_options: { guru: true }',
  '--guru': 'in the playbook: stap_options: { guru: true }',
};

/** `--check` and what stands for it, where a command has none. */
const otherwiseChecked: Readonly<Record<string, string>> = {
  build: '`tapbook plan PLAYBOOK` says what would be built',
  plan: 'a plan changes nothing anyway',
  check: 'a check touches nothing anyway',
  schedule: 'without --install and --remove it only prints',
};

const commands = {
  apply: '`tapbook apply PLAYBOOK` does that',
  check: '`tapbook check PLAYBOOK` does that',
  plan: '`tapbook plan PLAYBOOK` does that; `apply --check` is the same',
  facts: '`tapbook facts PATTERN` asks hosts; `tapbook doctor` says what they lack',
  inventory: '`tapbook inventory list`, `graph` and `host NAME` show what the inventory says',
  runs: '`tapbook runs` lists runs, those that still go on too',
  logs: '`tapbook show last --output` prints what hosts have printed',
  stop: 'Ctrl-C, or TERM, stops a run in order; `tapbook clean RUN` removes what a killed one has left',
  clean: '`tapbook clean` removes what runs have left on hosts; `tapbook runs prune` removes old runs',
  vault: '`ansible-vault` does that; tapbook reads what it has encrypted',
  init: '`tapbook init` writes a repository to begin with',
  manual: '`man tapbook`, and docs/README.md in the folder of the package',
} as const;

const commandWords: Readonly<Record<keyof typeof commands, string>> = {
  apply: 'run exec execute start play playbook ansible-playbook deploy launch',
  check: 'lint validate verify test syntax-check syntax',
  plan: 'dry-run dryrun preview simulate list-hosts list-tasks',
  facts: 'ping setup gather probe info',
  inventory: 'hosts host graph group groups ansible-inventory list-inventory',
  runs: 'list ls ps status history jobs run-list',
  logs: 'log logs output tail collect attach',
  stop: 'stop kill cancel abort',
  clean: 'rm remove delete prune cleanup purge',
  vault: 'vault encrypt decrypt ansible-vault',
  init: 'new create scaffold generate galaxy collection',
  manual: 'doc docs man manual explain',
};

const sameCommand: Readonly<Record<string, string>> = {
  compile: 'build',
  make: 'build',
  compare: 'diff',
  html: 'report',
  page: 'report',
  cron: 'schedule',
  timer: 'schedule',
  crontab: 'schedule',
  install: 'schedule',
  'ssh-keyscan': 'trust',
  keyscan: 'trust',
  'known-hosts': 'trust',
  schemas: 'schema',
  autocomplete: 'completion',
  version: '--version',
};

/** The words for a host or a pattern differ by command: `--limit` of `runs` is a number. */
const hostWords = ['--host', '--hosts', '--subset', '--limit', '-l'];

const inventoryCommands = ['inventory', 'list', 'graph'];

/** What an option is called here, long forms, the likeliest first; empty where that is not known. */
export function sameOptionsHere(word: string, command: string): readonly string[] {
  if (hostWords.includes(word)) return command === 'runs' ? ['--host'] : ['--limit', '--host', '--hosts'];
  const same = Object.hasOwn(sameOption, word) ? sameOption[word] : undefined;
  return same === undefined ? [] : [same];
}

/** What does here what this option does elsewhere. */
export function otherThanOption(word: string, command: string): string | undefined {
  if (word === '--host' && inventoryCommands.includes(command)) return '`tapbook inventory host NAME` does that';
  const here = Object.hasOwn(sameOption, word) ? sameOption[word] : word;
  const words = here === '--check' ? otherwiseChecked : otherOption;
  const key = here === '--check' ? command : word;
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

/** What does here what this command does elsewhere. */
export function otherThanCommand(word: string): string | undefined {
  if (/\.(?:ya?ml|plan)$/.test(word))
    return `\`tapbook apply ${word}\` applies it, \`tapbook check ${word}\` looks at it`;
  if (word.endsWith('.stp')) return 'a script runs from a playbook that says where: `tapbook init` writes one';
  const same = Object.hasOwn(sameCommand, word) ? sameCommand[word] : undefined;
  if (same !== undefined) return `\`tapbook ${same}\` does that`;
  const found = (Object.keys(commands) as (keyof typeof commands)[]).find(key =>
    commandWords[key].split(' ').includes(word),
  );
  return found === undefined ? undefined : commands[found];
}
