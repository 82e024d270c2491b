/** A command line, and what it is good for. */
export type Example = readonly [line: string, about: string];

/** What `--help`, the reference and the man pages show of each command, by its whole name. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  tapbook: [
    ['tapbook init fleet && cd fleet', 'playbook, script and inventory'],
    ['tapbook check playbooks/heartbeat.yml', 'what is wrong with it, at once'],
    ['tapbook doctor playbooks/heartbeat.yml', 'what hosts lack, and the cure'],
    ['tapbook plan playbooks/heartbeat.yml', 'what would be done'],
    ['tapbook apply playbooks/heartbeat.yml', 'build it, run it, clean up'],
  ],
  'tapbook init': [
    ['tapbook init', 'into this folder'],
    ['tapbook init fleet --ci gitlab', "into another one, with GitLab's job"],
  ],
  'tapbook check': [
    ['tapbook check playbooks/*.yml', ''],
    ['tapbook check io.yml -i inventory.yml', 'with hosts and variables'],
    ['tapbook check io.yml --stap --kernel 6.1.0-13-amd64', 'with probe points'],
  ],
  'tapbook inventory': [
    ['tapbook inventory list', 'all hosts'],
    ['tapbook inventory graph', 'groups and hosts as a tree'],
    ['tapbook inventory host db1', 'its variables, and where they stand'],
  ],
  'tapbook inventory list': [
    ['tapbook inventory list -i inventory.yml', ''],
    ["tapbook inventory list 'db:!retired'", 'what a pattern selects'],
    ['tapbook inventory list --format json', 'as ansible-inventory --list'],
  ],
  'tapbook inventory graph': [
    ['tapbook inventory graph -i inventory.yml', ''],
    ['tapbook inventory graph db --vars', 'one group, with its variables'],
  ],
  'tapbook inventory host': [['tapbook inventory host db1 -i inventory.yml', '']],
  'tapbook facts': [
    ['tapbook facts', 'all hosts'],
    ['tapbook facts db -b -K', 'as root, with a password'],
    ['tapbook facts db1 --format json', ''],
  ],
  'tapbook doctor': [
    ['tapbook doctor', 'all hosts of the inventory'],
    ['tapbook doctor io.yml', 'what this playbook needs'],
    ['tapbook doctor io.yml --fix >fix.sh', 'the commands, to be read first'],
    ['tapbook doctor --hosts db --build-hosts builder', ''],
  ],
  'tapbook probes': [
    ['tapbook probes /usr/bin/cc', 'on this machine'],
    ['tapbook probes /usr/bin/python3.11 -l db', 'on hosts: equal files once'],
    ["tapbook probes /usr/bin/bash --functions 'read_*'", ''],
    ['tapbook probes io.yml', 'what its scripts probe'],
    ['tapbook probes /usr/bin/cc --format json', ''],
  ],
  'tapbook trust': [
    ['tapbook trust all --check', 'only show the fingerprints'],
    ['tapbook trust db', 'write new ones, after asking'],
    ['tapbook trust db --yes', 'without a question'],
  ],
  'tapbook trust-folder': [
    ['tapbook trust-folder', 'this folder, or its repository'],
    ['tapbook trust-folder --list', 'which ones, and what has changed'],
    ['tapbook trust-folder ~/fleet --remove', ''],
  ],
  'tapbook plan': [
    ['tapbook plan io.yml', 'what would be built and run where'],
    ['tapbook plan io.yml -l db -e interval=3', ''],
    ['tapbook plan io.yml --out io.plan', 'to be applied just as it is'],
  ],
  'tapbook diff-plan': [
    ['tapbook diff-plan HEAD~1', 'what the last commit changes'],
    ['tapbook diff-plan main io.yml', 'main against the working tree'],
    ['tapbook diff-plan v1..v2 --exit-code', 'for CI: 10 where anything changes'],
  ],
  'tapbook build': [
    ['tapbook build io.yml', 'so that the next apply builds nothing'],
    ['tapbook build io.yml --build-timeout 20m', ''],
  ],
  'tapbook apply': [
    ['tapbook apply io.yml', ''],
    ['tapbook apply io.yml -l db -e interval=3', 'some hosts, another value'],
    ['tapbook apply io.yml --check', 'only say what would be done'],
    ['tapbook apply io.yml --fold', 'equal outputs once, at the end'],
    ['tapbook apply io.yml --format table', "the fleet's table"],
    ['tapbook apply io.yml -l @last', 'hosts that failed in the last run'],
    ['tapbook apply io.plan', 'a plan that plan --out has saved'],
  ],
  'tapbook schedule': [
    ["tapbook schedule io.yml --cron '*/15 * * * *'", 'print the line'],
    ['tapbook schedule io.yml --cron @hourly --install', 'into your crontab'],
    ['tapbook schedule io.yml --cron @hourly --systemd --install', 'as a timer'],
    ['tapbook schedule io.yml --cron @hourly --remove', 'take it out again'],
  ],
  'tapbook clean': [
    ['tapbook clean -i inventory.yml --check', 'what runs have left, on all hosts'],
    ['tapbook clean last', 'what the newest run has left'],
    ['tapbook clean --cache-age 7d', 'prune the caches only'],
  ],
  'tapbook runs': [
    ['tapbook runs', 'the newest 20'],
    ['tapbook runs --playbook io --since 2d', ''],
    ['tapbook runs --host db1 --outcome failed', ''],
  ],
  'tapbook runs prune': [
    ['tapbook runs prune --check', 'only say which'],
    ['tapbook runs prune --keep 100 --older-than 30d', ''],
  ],
  'tapbook show': [
    ['tapbook show last', 'how the newest run ended'],
    ['tapbook show last:io --host db1', 'one host, and what it printed'],
    ['tapbook show -2 --fold', 'what all hosts printed'],
    ['tapbook show last --format table --sort bytes', "the fleet's table"],
  ],
  'tapbook report': [
    ['tapbook report', 'the newest run, into its directory'],
    ['tapbook report last:io --open', 'and show it in a browser'],
    ['tapbook report -2 --out before.html', ''],
  ],
  'tapbook diff': [
    ['tapbook diff -2 -1', 'the newest run with the one before'],
    ['tapbook diff -2 last --sort percent', 'by per cent'],
    ['tapbook diff -2 last --sort bytes:asc --top 30', 'what shrank most first'],
    ['tapbook diff last:before last:after', 'the last runs of two playbooks'],
  ],
  'tapbook schema': [
    ['tapbook schema', 'the names of all'],
    ['tapbook schema playbook >playbook.schema.json', 'for an editor'],
  ],
  'tapbook completion': [
    ['source <(tapbook completion bash)', 'for this shell'],
    ['tapbook completion fish >~/.config/fish/completions/tapbook.fish', ''],
  ],
};

/** Of a line with its comment, behind two blanks. */
const widest = 78;

/** Stands above the examples in a help. */
export const examplesHeading = 'Examples:';

/** Command lines with their comments, one below the other; none for a command that nobody needs examples of. */
export function exampleLines(command: string): readonly string[] {
  const own = examples[command] ?? [];
  const told = own.filter(([, about]) => about !== '');
  // A long line has its comment right behind it, so that the others fit as well.
  const room = widest - ' # '.length - 1 - Math.max(0, ...told.map(([, about]) => about.length));
  const width = Math.min(room, Math.max(0, ...told.map(([line]) => line.length)));
  return own.map(([line, about]) => (about === '' ? line : `${line.padEnd(width)}  # ${about}`));
}
