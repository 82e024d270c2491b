import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyAt, idAt, keepRun } from '../support/kept-runs.ts';
import { hosts, plan } from '../support/sample-run.ts';
import { runTapbook } from '../support/tapbook.ts';

const run = promisify(execFile);
const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

/** What each of them would do, were it evaluated, is to make a file named `pwned` or `.pwned`. */
const hostile = [
  'evil$(touch$IFS.pwned)',
  'evil`touch$IFS.pwned`',
  'evil;touch$IFS.pwned',
  "evil';touch$IFS.pwned;'",
  'evil";touch$IFS.pwned;"',
  'evil|touch',
  'evil>pwned',
  'evil\\x',
  'evil$x',
  'evil*',
  '!evil',
  '--become',
  '=evil',
  '~evil',
];

let folder = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-completion-'));
  await mkdir(join(folder, 'bin'));
  await symlink(program, join(folder, 'bin/tapbook'));
  env = {
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    LANG: 'C.UTF-8',
    TERM: 'xterm',
  };
  const names = ['db01', 'db02', 'web01', 'größe1', 'host.example.com', ...hostile];
  const inventory = {
    all: {
      children: {
        databases: { hosts: Object.fromEntries(names.map(name => [name, null])) },
        'group$(touch$IFS.pwned)': { hosts: { db01: null } },
      },
    },
  };
  await writeFile(join(folder, 'inventory.json'), JSON.stringify(inventory));
  await writeFile(join(folder, 'tapbook.yml'), 'inventory: inventory.json\n');
  await writeFile(
    join(folder, 'play.yml'),
    "- hosts: databases\n  tags: [nightly]\n  scripts:\n    - { name: hello, tags: [deep], inline: 'probe begin { exit() }', until_exit: true }\n",
  );
  await writeFile(join(folder, 'two words.yml'), '[]');
  const when = new Date('2026-11-23T00:41:05Z');
  await keepRun(join(folder, 'state/tapbook'), idAt(when), applyAt(plan(hosts('db1')), 'play.yml', when));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The text of each candidate, for a shell that hands over its words. */
async function ask(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await runTapbook(['__complete', 'zsh', '--', 'tapbook', ...words], {
    env,
    cwd: folder,
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .slice(1, -1)
    .map(line => line.split('\t')[0] ?? '');
}

async function nothingRan(): Promise<void> {
  expect((await readdir(folder)).filter(name => name.includes('pwned'))).toEqual([]);
}

describe('what is offered', () => {
  test.each([
    ['commands', ['di'], ['diff-plan', 'diff']],
    ['commands of a command', ['inventory', ''], ['list', 'graph', 'host', 'help']],
    ['options', ['apply', '--start'], ['--start-at', '--start-at-script']],
    ['values with choices', ['apply', '--format', ''], ['text', 'json', 'csv', 'table']],
    ['values behind =', ['apply', '--format=c'], ['--format=csv']],
    ['the value of a short option', ['apply', '-l', 'd'], ['databases', 'db01', 'db02']],
    ['terms of a pattern', ['apply', '-l', 'web01,!db'], ['web01,!db01', 'web01,!db02']],
    ['terms behind &', ['apply', '-l', 'databases:&w'], ['databases:&web01']],
    ['hosts without groups', ['apply', '--start-at', 'd'], ['db01', 'db02']],
    ['names of other languages', ['inventory', 'host', 'gr'], ['größe1']],
    ['runs', ['show', ''], ['last', '20261123T004105Z-aaaaaa']],
    ['the other run', ['diff', 'last', '2'], ['20261123T004105Z-aaaaaa']],
    ['what a run left', ['clean', 'l'], ['last']],
    ['playbooks', ['check', 'p'], ['play.yml']],
    ['more playbooks', ['check', 'play.yml', 'pl'], ['play.yml']],
    ['an @ file', ['apply', '-e', '@inv'], ['@inventory.json']],
    ['tags', ['apply', 'play.yml', '-t', ''], ['all', 'deep', 'nightly', 'tagged', 'untagged']],
    ['more tags', ['apply', 'play.yml', '-t', 'deep,n'], ['deep,nightly']],
    ['scripts', ['apply', 'play.yml', '--start-at-script', ''], ['hello']],
    ['schemas', ['schema', 'play'], ['playbook']],
    ['no command that is hidden', ['__'], []],
    ['nothing for what is not known', ['apply', '--lease', ''], []],
    ['no option for an argument', ['inventory', 'host', '--', '--b'], []],
  ])('%s', async (_name, words, expected) => {
    expect(await ask(...words)).toEqual(expected);
  });

  test('nothing of a host whose name means more than itself to a shell', async () => {
    const all = await ask('inventory', 'host', '');
    expect(all.filter(name => !/^[\p{L}\d.]+$/u.test(name))).toEqual([]);
    expect(await ask('apply', '-l', 'evil')).toEqual([]);
    expect(await ask('apply', '-l', 'group')).toEqual([]);
  });

  test('names of an inventory that is a program, is encrypted, broken or a pipe are not looked for', async () => {
    const hosts = join(folder, 'hosts.sh');
    await writeFile(hosts, `#!/bin/sh\ntouch ${join(folder, 'pwned')}\necho '{}'\n`);
    await chmod(hosts, 0o755);
    await writeFile(join(folder, 'vaulted.yml'), '$ANSIBLE_VAULT;1.1;AES256\n6162\n');
    await writeFile(join(folder, 'broken.yml'), 'all: [');
    await rm(join(folder, 'pipe'), { force: true });
    await run('mkfifo', [join(folder, 'pipe')]);
    for (const name of ['hosts.sh', 'vaulted.yml', 'broken.yml', 'pipe', 'gone.ini']) {
      expect(await ask('apply', '-i', name, '-l', 'd'), name).toEqual([]);
    }
    await nothingRan();
  });

  test('with an unusable line there is silence', async () => {
    const args = ['__complete', 'bash', '--', ' ', 'tapbook apply "unclosed \\'];
    expect(await runTapbook(args, { env, cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  });
});

/** Types into an interactive shell behind a terminal, and reads its line when Ctrl-T is pressed. */
async function type(shell: 'bash' | 'zsh', keys: string): Promise<string> {
  const line = join(folder, `line-${shell}`);
  await rm(line, { force: true });
  const start = {
    bash: [
      'bash --norc --noprofile -i',
      `source <(tapbook completion bash); bind -x '"\\C-t": printf "%s" "$READLINE_LINE" >line-bash'`,
    ],
    zsh: [
      'zsh -f -i',
      'autoload -Uz compinit; compinit -u -D; source <(tapbook completion zsh); show() { print -rn -- "$BUFFER" >line-zsh }; zle -N show; bindkey "^T" show; setopt no_list_ambiguous; unsetopt zle_bracketed_paste',
    ],
  }[shell];
  const [command = '', setUp = ''] = start;
  // Each key waits for the line to be drawn, as a person does.
  const script = `
zmodload zsh/zpty
zpty -b shell '${command}'
zpty -w shell "$1"
sleep 1.5
zpty -w -n shell "$2"
sleep 2
zpty -w -n shell $'\\x14'
for i in {1..100}; do [[ -s line-${shell} ]] && break; sleep 0.1; done
zpty -d shell
`;
  await run('zsh', ['-f', '-c', script, 'zsh', setUp, keys], { env, cwd: folder });
  return readFile(line, 'utf8').catch(() => '(nothing was drawn)');
}

async function isThere(shell: string): Promise<boolean> {
  return run(shell, ['-c', 'exit']).then(
    () => true,
    () => false,
  );
}

const shells = { bash: await isThere('bash'), zsh: await isThere('zsh'), fish: await isThere('fish') };

describe.skipIf(!shells.zsh || !shells.bash).each(['bash', 'zsh'] as const)('%s', shell => {
  test.each([
    ['tapbook ap\t', 'tapbook apply '],
    ['tapbook apply -l web01,d\t', 'tapbook apply -l web01,d'],
    ['tapbook apply -l db01,w\t', 'tapbook apply -l db01,web01 '],
    ['tapbook apply --limit=w\t', 'tapbook apply --limit=web01 '],
    ['tapbook inventory host ho\t', 'tapbook inventory host host.example.com '],
    ['tapbook apply tw\t', 'tapbook apply two\\ words.yml '],
    ['tapbook apply -l ev\t', 'tapbook apply -l ev'],
    ['tapbook apply -l gro\t', 'tapbook apply -l gro'],
  ])('%j', async (keys, expected) => {
    expect(await type(shell, keys)).toBe(expected);
    await nothingRan();
  });

  test('within quotes', async () => {
    expect((await type(shell, "tapbook apply -l 'db01,!w\t")).trimEnd()).toBe("tapbook apply -l 'db01,!web01'");
    await nothingRan();
  });
});

describe.skipIf(!shells.fish)('fish', () => {
  const complete = async (line: string): Promise<readonly string[]> => {
    const script = 'tapbook completion fish | source; complete -C $argv[1]';
    const { stdout } = await run('fish', ['--no-config', '-c', script, line], { env, cwd: folder });
    return stdout
      .split('\n')
      .slice(0, -1)
      .map(one => one.split('\t')[0] ?? '');
  };

  test.each([
    ['tapbook ap', ['apply']],
    ['tapbook apply -l web01,d', ['web01,databases', 'web01,db01', 'web01,db02']],
    ['tapbook apply --limit=w', ['--limit=web01']],
    ["tapbook apply -l 'db01,!w", ['db01,!web01']],
    ['tapbook apply -l ev', []],
    ['tapbook apply tw', ['two words.yml']],
  ])('%j', async (line, expected) => {
    expect(await complete(line)).toEqual(expected);
    await nothingRan();
  });
});
