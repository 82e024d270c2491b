import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { describeProgram } from '../../../src/cli/arguments/describe-program.ts';
import { exampleLines } from '../../../src/cli/arguments/examples.ts';
import { pathOf } from '../../../src/cli/arguments/explain-unknown.ts';
import { commandsIn, refusalOf } from '../../docs/command-examples.ts';

const program = describeProgram(() => {});
const commands = all(program).filter(command => !command.name().startsWith('__'));

function all(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(all)];
}

function helpOf(command: CommandUnknownOpts): string {
  let shown = '';
  command.configureOutput({
    writeOut: text => {
      shown += text;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return shown;
}

describe.each(commands.map(command => [pathOf(command), command] as const))('%s --help', (path, command) => {
  test('fits into 80 columns, and into those that follow from them', () => {
    expect(
      helpOf(command)
        .split('\n')
        .filter(line => line.length > 80),
    ).toEqual([]);
  });

  test('has examples that the program takes', () => {
    const lines = exampleLines(path);
    expect(lines.length).toBeGreaterThan(0);
    expect(helpOf(command)).toContain(`\nExamples:\n  ${lines[0]}\n`);
    const words = commandsIn({ page: path, line: 1, info: 'console', text: lines.map(line => `$ ${line}\n`).join('') });
    expect(words.length).toBeGreaterThanOrEqual(lines.length);
    expect(words.flatMap(one => refusalOf(one) ?? [])).toEqual([]);
  });
});

test('options are in groups, those of the command first; few are in one', () => {
  const find = (name: string) => commands.find(command => pathOf(command) === `tapbook ${name}`) ?? new Command();
  const headings = (name: string) => helpOf(find(name)).match(/^\S.*:$/gm);
  expect(headings('plan')).toEqual([
    'Arguments:',
    'Options:',
    'Which hosts, plays and scripts:',
    'Output:',
    'Connections:',
    'Vault passwords:',
    'Limits and builds:',
    'Git and saved plans:',
    'Examples:',
  ]);
  expect(headings('diff')).toEqual(['Arguments:', 'Options:', 'Examples:']);
  expect(helpOf(find('plan'))).not.toContain('default: []');
});

/** What is printed of these words. */
async function errorOf(line: string): Promise<string> {
  const own = describeProgram(() => {});
  let shown = '';
  for (const command of all(own)) {
    command.configureOutput({
      writeErr: text => {
        shown += text;
      },
    });
  }
  await own.parseAsync(line.split(' '), { from: 'user' }).catch(() => undefined);
  return shown;
}

test.each([
  ['run all', "unknown command 'run'", '`tapbook apply PLAYBOOK` does that', ''],
  ['ping', "unknown command 'ping'", '`tapbook facts PATTERN` asks hosts; `tapbook doctor` says what they lack', ''],
  ['lint x', "unknown command 'lint'", '`tapbook check PLAYBOOK` does that', ''],
  ['aply', "unknown command 'aply'", 'Did you mean apply?', ''],
  [
    'site.yml',
    "unknown command 'site.yml'",
    '`tapbook apply site.yml` applies it, `tapbook check site.yml` looks at it',
    '',
  ],
  ['toString', "unknown command 'toString'", '', ''],
  [
    'inventory ls',
    "unknown command 'ls'",
    'there are `tapbook inventory list`, `tapbook inventory graph`, `tapbook inventory host`',
    ' inventory',
  ],
  [
    'graph --help',
    "unknown command 'graph'",
    '`tapbook inventory list`, `graph` and `host NAME` show what the inventory says',
    '',
  ],
  ['aply --help', "unknown command 'aply'", 'Did you mean apply?', ''],
  ['help aply', "unknown command 'aply'", 'Did you mean apply?', ''],
  [
    'inventory ls --help',
    "unknown command 'ls'",
    'there are `tapbook inventory list`, `tapbook inventory graph`, `tapbook inventory host`',
    ' inventory',
  ],
  [
    'inventory help grap',
    "unknown command 'grap'",
    'there are `tapbook inventory list`, `tapbook inventory graph`, `tapbook inventory host`',
    ' inventory',
  ],
  ['-i hosts apply x', "unknown option '-i'", 'options stand behind the command: `tapbook apply … -i`', ''],
  [
    '--subset db apply x',
    "unknown option '--subset'",
    'options stand behind the command: `tapbook apply … --limit`',
    '',
  ],
  ['--graph', "unknown option '--graph'", '`tapbook inventory graph` does that', ''],
  ['inventory --host db1', "unknown option '--host'", '`tapbook inventory host NAME` does that', ' inventory'],
  ['apply x --connection-timeout 3', "unknown option '--connection-timeout'", '--connect-timeout does that', ' apply'],
  ['inventory --graph', "unknown option '--graph'", '`tapbook inventory graph` does that', ' inventory'],
  [
    'apply x --syntax-check',
    "unknown option '--syntax-check'",
    '`tapbook check PLAYBOOK` does that, and looks at the scripts too',
    ' apply',
  ],
  [
    'apply x --list-hosts',
    "unknown option '--list-hosts'",
    '`tapbook plan PLAYBOOK` lists them; `tapbook inventory list PATTERN` asks none of them',
    ' apply',
  ],
  [
    'apply x --list-tasks',
    "unknown option '--list-tasks'",
    '`tapbook plan PLAYBOOK` lists the scripts and the hosts that run them',
    ' apply',
  ],
  ['apply x --start-at-task=y', "unknown option '--start-at-task'", '--start-at-script does that', ' apply'],
  [
    'facts --start-at-task y',
    "unknown option '--start-at-task'",
    'plan, build, apply, schedule and doctor have --start-at-script',
    ' facts',
  ],
  ['apply x -D', "unknown option '-D'", '--diff does that', ' apply'],
  ['apply x -T30', "unknown option '-T'", '--connect-timeout does that', ' apply'],
  ['apply x --dry-run', "unknown option '--dry-run'", '--check does that', ' apply'],
  ['build x --check', "unknown option '--check'", '`tapbook plan PLAYBOOK` says what would be built', ' build'],
  ['plan x -C', "unknown option '-C'", 'a plan changes nothing anyway', ' plan'],
  ['apply x --hosts db', "unknown option '--hosts'", '--limit does that', ' apply'],
  ['runs --hosts db', "unknown option '--hosts'", '--host does that', ' runs'],
  ['show last -l db', "unknown option '-l'", '--host does that', ' show'],
  ['plan x --fork 3', "unknown option '--fork'", 'Did you mean --forks?', ' plan'],
  ['plan x --top 3', "unknown option '--top'", 'apply, show and diff have --top', ' plan'],
  [
    'apply x --password=s3cret',
    "unknown option '--password'",
    'no password stands on a command line: --ask-pass, or --connection-password-file FILE',
    ' apply',
  ],
  ['apply x --zzz=s3cret', "unknown option '--zzz'", '', ' apply'],
])('%s', async (line, error, hint, command) => {
  const below = hint === '' ? '' : `(${hint})\n`;
  expect(await errorOf(line)).toBe(`error: ${error}\n${below}(tapbook${command} --help shows what there is)\n`);
});

test.each(['apply', 'show', 'diff -1', 'plan x -f many', 'runs --limit x', 'runs prune --keep x', 'schedule x'])(
  'wrong usage of %s points to its help',
  async line => {
    const name = line.startsWith('runs prune') ? 'runs prune' : line.split(' ')[0];
    expect(await errorOf(line)).toMatch(
      new RegExp(`^error: .*\\n\\(tapbook ${name} --help shows what there is\\)\\n$`),
    );
  },
);
