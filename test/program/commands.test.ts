import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { assertValidPlan } from '../support/event-validator.ts';
import { becomes } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook, startTapbook } from '../support/tapbook.ts';

let folder = '';
let env: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-cli-'));
  env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const script = `  scripts:
    - { name: hello, inline: 'probe begin { exit() }', until_exit: true }
`;

describe('the frame', () => {
  test.each(['--version', '-V'])('%s', async option => {
    expect(await runTapbook([option])).toEqual({ code: 0, stdout: `tapbook ${packageJson.version}\n`, stderr: '' });
  });

  test.each([
    'check',
    'inventory',
    'facts',
    'doctor',
    'probes',
    'plan',
    'build',
    'apply',
    'runs',
    'show',
    'diff',
    'schema',
  ])('%s --help', async command => {
    const { code, stdout } = await runTapbook([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`tapbook ${command}`);
  });

  test.each([
    ['an unknown command', ['aply'], "error: unknown command 'aply'\n(Did you mean apply?)"],
    ['an unknown option', ['plan', 'x.yml', '--fork', '3'], "error: unknown option '--fork'\n(Did you mean --forks?)"],
    ['a missing argument', ['plan'], "error: missing required argument 'playbook'"],
    ['a bad number', ['plan', 'x.yml', '-f', '0'], "argument '0' is invalid. Give a whole number from 1 to 10000."],
    ['no command', [], 'Usage: tapbook'],
  ])('%s is wrong usage: exit 5', async (_name, args, text) => {
    const { code, stdout, stderr } = await runTapbook(args);
    expect(stdout).toBe('');
    expect(stderr).toContain(text);
    expect(code).toBe(5);
  });

  test('schema prints what is shipped', async () => {
    expect((await runTapbook(['schema'])).stdout).toBe(
      'config\ndiff\ndoctor\nevent\nplan\nplan-diff\nplaybook\nprobes\nruns\nsaved-plan\nshow\n',
    );
    const { code, stdout } = await runTapbook(['schema', 'event']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $id: 'event.schema.json' });
    // Every file of the folder, also those that are to come.
    for (const file of await readdir(new URL('../../schemas', import.meta.url))) {
      const printed = await runTapbook(['schema', file.replace('.schema.json', '')]);
      expect(JSON.parse(printed.stdout)).toMatchObject({ $id: file });
    }
    expect((await runTapbook(['schema', 'playbok'])).stderr).toContain('did you mean "playbook"?');
    expect(await runTapbook(['schema', 'evnt'])).toEqual({
      code: 5,
      stdout: '',
      stderr: 'tapbook: no schema "evnt"; did you mean "event"?\n',
    });
  });
});

describe('probes', () => {
  test('of a program here, of none, on hosts that are none', async () => {
    const found = await runTapbook(['probes', '/bin/sh', '--functions', 'no_such_*'], { env });
    expect(found.stdout).toMatch(
      /^\/bin\/sh\n {4}hosts {5}localhost\n {4}build-id {2}[0-9a-f]+\n[\s\S]* {4}functions 0 of \d+\n$/,
    );
    expect(found).toMatchObject({ code: 0, stderr: '' });
    const missing = await runTapbook(['probes', '/no/such/program', '--format', 'json'], { env });
    expect(missing).toMatchObject({ code: 2, stderr: '' });
    expect(JSON.parse(missing.stdout)).toMatchObject({ files: [{ hosts: ['localhost'], result: { kind: 'failed' } }] });
    expect(await runTapbook(['probes', '/bin/sh', '-i', 'db1,', '-l', 'web'], { env })).toMatchObject({ code: 8 });
    expect(await runTapbook(['probes', 'bin/sh', '-i', 'db1,', '-l', 'db1'], { env })).toEqual({
      code: 5,
      stdout: '',
      stderr:
        'error relative-path: bin/sh is no absolute path: on another host it means nothing; give the path as the hosts have it\n',
    });
  });
});

describe('check', () => {
  test('the shipped playbooks are valid, with the example inventory too', async () => {
    const playbooks = ['ioread-top5', 'ioread-top5-args', 'heartbeat', 'read-sizes'].map(
      name => `playbooks/${name}.yml`,
    );
    const valid =
      '4 playbooks are valid; whether probe points, functions and types exist takes stap: --stap, or tapbook build\n';
    expect(await runTapbook(['check', ...playbooks])).toEqual({ code: 0, stdout: '', stderr: valid });
    const { code, stderr } = await runTapbook(['check', ...playbooks, '-i', 'inventories/production.yml']);
    expect([code, stderr]).toEqual([0, valid]);
  });

  test('every mistake at once, each at its place', async () => {
    const path = await file('bad.yml', '- host: db\n  hosts: db\n  scripts:\n    - { name: Bad-Name, duration: 5x }\n');
    const { code, stdout, stderr } = await runTapbook(['check', path]);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.replaceAll(path, 'bad.yml')).toMatchInlineSnapshot(`
      "bad.yml:1:3 error unknown-key: "host" is no key of a play; did you mean "hosts"?
          - host: db
            ~~~~
      bad.yml:4:9 error no-source: this script has no source; write source: scripts/script.stp, or inline: with the script itself
          - { name: Bad-Name, duration: 5x }
              ~~~~
      bad.yml:4:15 error malformed: name: "Bad-Name" is not 1 to 55 letters, digits and _; for example: ioread_top5
          - { name: Bad-Name, duration: 5x }
                    ~~~~~~~~
      bad.yml:4:35 error malformed: duration: "5x" is not a duration such as 30s, 10m or 1h30m; for example: 30s
          - { name: Bad-Name, duration: 5x }
                                        ~~
      "
    `);
  });

  test('as JSON, one finding a line', async () => {
    const path = await file('bad2.yml', '- hosts: db\n');
    const { code, stdout, stderr } = await runTapbook(['check', path, '--format', 'json']);
    expect([code, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'missing-key', place: { line: 1, column: 3 } });
  });

  test('a missing file', async () => {
    const { code, stderr } = await runTapbook(['check', join(folder, 'nope.yml')]);
    expect(code).toBe(3);
    expect(stderr).toContain('nope.yml');
  });
});

describe('hosts', () => {
  const inventory = `all:
  children:
    build_hosts: { hosts: { builder: { ansible_connection: local } } }
    web: { hosts: { web1: { ansible_connection: local } } }
    gone: { vars: { ansible_host: 127.0.0.1, ansible_port: 1 }, hosts: { gone1: } }
`;

  test('no host matches: exit 8, with a guess', async () => {
    const hosts = await file('hosts.yml', inventory);
    const path = await file('wbe.yml', `- hosts: wbe\n${script}`);
    const { code, stderr } = await runTapbook(['plan', path, '-i', hosts], { env });
    expect(code).toBe(8);
    expect(stderr).toContain('wbe.yml:1:10 error');
    expect(stderr).toContain('did you mean "web"?');
  });

  test('no inventory at all', async () => {
    const path = await file('web.yml', `- hosts: web\n${script}`);
    const { code, stderr } = await runTapbook(['plan', path], { env });
    expect([code, stderr]).toEqual([
      3,
      'error no-inventory: no inventory was given; give one with -i FILE, or set TAPBOOK_INVENTORY\n',
    ]);
  });

  test('an unreachable host: exit 4, with cause and cure', async () => {
    const hosts = await file('hosts.yml', inventory);
    const path = await file('gone.yml', `- hosts: gone\n${script}`);
    const { code, stdout } = await runTapbook(['apply', path, '-i', hosts, '--format', 'json'], { env });
    expect(code).toBe(4);
    const events = parseEvents(stdout);
    expect(eventsOf(events, 'host-finished').map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'unreachable', failure: { stage: 'connect', cause: '127.0.0.1:1 refuses connections' } },
    ]);
    expect(eventsOf(events, 'run-finished')[0]).toMatchObject({ exitCode: 4, hosts: { unreachable: 1 } });
  });

  test('a host that fails and one that is unreachable: exit 6; the plan says the same and fits its schema', async () => {
    const hosts = await file('hosts.yml', inventory);
    const path = await file('both.yml', `- hosts: gone:web\n${script}`);
    // This machine has no systemtap-runtime, or no headers for its kernel: one or the other is said.
    const { code, stdout } = await runTapbook(['plan', path, '-i', hosts, '--format', 'json'], { env });
    expect(code).toBe(6);
    const plan = JSON.parse(stdout);
    assertValidPlan(plan);
    expect(plan.plays[0].hosts.map((host: { decision: { kind: string } }) => host.decision.kind).sort()).toEqual([
      'fail',
      'unreachable',
    ]);
    expect(plan.plays[0].builds).toEqual([]);
  });

  test('inventory list', async () => {
    const hosts = await file('hosts.yml', inventory);
    expect(await runTapbook(['inventory', 'list', 'all:!build_hosts', '-i', hosts])).toEqual({
      code: 0,
      stdout: 'web1\ngone1\n',
      stderr: '',
    });
  });

  test('inventory list as JSON is what ansible-inventory exports, without passwords', async () => {
    const hosts = await file('secret.ini', '[web]\nw1 ansible_password=hunter2 a=1\nw2\n[db]\nd1\n');
    const list = async (...args: string[]) =>
      JSON.parse((await runTapbook(['inventory', 'list', ...args, '--format', 'json', '-i', hosts])).stdout);
    expect(await list('w1')).toEqual({
      _meta: { hostvars: { w1: { ansible_password: '[secret]', a: 1 } } },
      all: { children: ['ungrouped', 'web', 'db'] },
      web: { hosts: ['w1'] },
    });
    expect(await list('--show-secrets')).toMatchObject({
      _meta: { hostvars: { w1: { ansible_password: 'hunter2', a: 1 } } },
      db: { hosts: ['d1'] },
    });
  });

  test('inventory graph', async () => {
    const hosts = await file('hosts.yml', inventory);
    const { code, stdout } = await runTapbook(['inventory', 'graph', '--vars', '-i', hosts]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "@all:
        |--@ungrouped:
        |--@build_hosts:
        |  |--builder
        |  |  |--{ansible_connection = local}
        |--@web:
        |  |--web1
        |  |  |--{ansible_connection = local}
        |--@gone:
        |  |--gone1
        |  |  |--{ansible_host = 127.0.0.1}
        |  |  |--{ansible_port = 1}
        |  |--{ansible_host = 127.0.0.1}
        |  |--{ansible_port = 1}
      "
    `);
    expect(await runTapbook(['inventory', 'graph', 'wbe', '-i', hosts])).toEqual({
      code: 8,
      stdout: '',
      stderr: 'error unknown-group: no group "wbe" in the inventory; did you mean "web"?\n',
    });
  });

  test('inventory host', async () => {
    const hosts = await file('hosts.yml', inventory);
    const { code, stdout } = await runTapbook(['inventory', 'host', 'gone1', '-i', hosts]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(hosts, 'hosts.yml')).toMatchInlineSnapshot(`
      "gone1
          groups: gone
          ansible_host: 127.0.0.1
              hosts.yml:5
          ansible_port: 1
              hosts.yml:5
      "
    `);
    const json = await runTapbook(['inventory', 'host', 'web1', '-i', hosts, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toEqual({
      name: 'web1',
      groups: ['web'],
      vars: { ansible_connection: { value: 'local', file: hosts, line: 4 } },
    });
    expect(await runTapbook(['inventory', 'host', 'gone2', '-i', hosts])).toEqual({
      code: 8,
      stdout: '',
      stderr: 'error no-host-matched: no host "gone2" in the inventory; did you mean "gone1"?\n',
    });
  });

  test('a host that cannot be reached is no matter of those that are selected', async () => {
    const hosts = await file('mixed.ini', 'w1 ansible_connection=winrm\nl1 ansible_connection=local\n');
    expect((await runTapbook(['inventory', 'list', '-i', hosts])).stdout).toBe('w1\nl1\n');
    expect((await runTapbook(['facts', 'l1', '-i', hosts])).code).toBe(0);
    const { code, stderr } = await runTapbook(['facts', '-i', hosts]);
    expect([code, stderr.replaceAll(hosts, 'mixed.ini')]).toMatchInlineSnapshot(`
      [
        3,
        "mixed.ini:1:23 error invalid-connection: tapbook cannot reach a host by "winrm"; use ssh, openssh or local
          w1 ansible_connection=winrm
                                ~~~~~
      ",
      ]
    `);
    const path = await file('mixed.yml', `- hosts: w1\n  build_hosts: l1\n${script}`);
    const checked = await runTapbook(['check', path, '-i', hosts]);
    expect([checked.code, checked.stderr.replaceAll(hosts, 'mixed.ini')]).toEqual([
      3,
      stderr.replaceAll(hosts, 'mixed.ini'),
    ]);
  });

  test('a reader that goes early is no failure', async () => {
    const hosts = await file('many.ini', 'h[00001:20000] ansible_connection=local\n');
    const line = `node dist/tapbook.js inventory list -i ${hosts} | head -n 1; echo "code ${'$'}{PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line]);
    expect([stdout, stderr]).toEqual(['h00001\ncode 0\n', '']);
  });

  test('facts of this machine', async () => {
    const hosts = await file('hosts.yml', inventory);
    const { code, stdout } = await runTapbook(['facts', 'web', '-i', hosts, '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ host: 'web1', result: 'ready', facts: { kernel: {}, user: {} } });
  });
});

test('a signal ends the program of an inventory, too, with exit code 130', async () => {
  const told = join(folder, 'pid');
  const source = await file('slow.sh', `#!/bin/sh\necho $$ >${told}\nexec sleep 600\n`);
  await chmod(source, 0o755);
  const running = startTapbook(['inventory', 'list', '-i', source], { env });
  const pid = Number(
    await becomes(
      () => readFile(told, 'utf8').catch(() => ''),
      text => text.endsWith('\n'),
    ),
  );
  running.kill('SIGTERM');
  expect(await running.finished).toMatchObject({ code: 130 });
  const isGone = async (): Promise<boolean> => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  expect(await becomes(isGone, gone => gone)).toBe(true);
});

test('plan asks git only for --require-clean', async () => {
  const log = await file('git.log', '');
  await chmod(await file('git', `#!/bin/sh\necho asked >>'${log}'\nexit 128\n`), 0o755);
  const inventory = await file(
    'gone.ini',
    'gone ansible_host=127.0.0.1 ansible_port=1\n[build_hosts]\nb ansible_connection=local\n',
  );
  const playbook = await file('gone.yml', `- hosts: gone\n${script}`);
  const plan = ['plan', playbook, '-i', inventory];
  const withGit = { env: { ...env, PATH: `${folder}:${process.env['PATH']}` } };
  expect((await runTapbook(plan, withGit)).code).toBe(4);
  expect(await readFile(log, 'utf8')).toBe('');
  expect((await runTapbook([...plan, '--require-clean'], withGit)).code).toBe(3);
  expect(await readFile(log, 'utf8')).toContain('asked');
});
