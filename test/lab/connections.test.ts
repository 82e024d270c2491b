import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labEnvironment, leftOnTarget } from '../support/lab.ts';
import { eventsOf, parseEvents, runTapbook } from '../support/tapbook.ts';

let lab: Readonly<Record<string, string>> = {};
let home = '';
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  lab = await labEnvironment();
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-connections-'));
  env = { XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') };
  await writeFile(
    join(home, 'hello.yml'),
    `- name: Say who runs it
  hosts: targets
  build_hosts: builder
  scripts:
    - name: hello
      inline: |
        probe begin { printf("%s by uid %d\\n", "hello", uid()) exit() }
      until_exit: { limit: 30s }
`,
  );
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** Applies the playbook to hosts as this part of an inventory has them. */
async function apply(hosts: string, args: readonly string[] = []) {
  const inventory = join(home, 'inventory.yml');
  await writeFile(
    inventory,
    `all:
  vars:
    ansible_host: 127.0.0.1
    ansible_user: root
    ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_KEY']}
    tapbook_known_hosts_file: ${lab['TAPBOOK_LAB_KNOWN_HOSTS']}
  children:
    builders: { hosts: { builder: { ansible_port: ${lab['PORT_builder']} } } }
    targets: { hosts: ${hosts} }
`,
  );
  const command = ['apply', join(home, 'hello.yml'), '-i', inventory, '--format', 'json', ...args];
  const { code, stdout, stderr } = await runTapbook(command, { env });
  const events = parseEvents(stdout);
  return {
    code,
    stdout,
    stderr,
    lines: eventsOf(events, 'line').map(({ host, text }) => `${host} ${text}`),
    ends: eventsOf(events, 'script-finished').map(({ host, end, left }) => [host, end.kind, left]),
    notices: eventsOf(events, 'notice').map(({ text }) => text),
  };
}

const clean = { module: 'none', directory: 'removed' };

describe('a target that is reached', () => {
  test('only through a bastion', async () => {
    const { code, lines, ends, stderr } = await apply(
      `{ inner1: { ansible_host: 192.168.77.2, ansible_ssh_common_args: "-F '${lab['TAPBOOK_LAB_SSH_CONFIG']}'" } }`,
    );
    expect(stderr).toBe('');
    expect(lines).toEqual(['inner1 hello by uid 0']);
    expect(ends).toEqual([['inner1', 'exited', clean]]);
    expect(code).toBe(0);
    expect(await leftOnTarget('inner1', ['hello'])).toEqual([]);
  });

  test('as a user who has to give sudo a password', async () => {
    const { code, lines, ends, stdout } = await apply(
      `{ db1: { ansible_port: ${lab['PORT_db1']}, ansible_user: dba, ansible_become: true, ansible_become_password: lab-password } }`,
    );
    expect(lines).toEqual(['db1 hello by uid 0']);
    expect(ends).toEqual([['db1', 'exited', clean]]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('lab-password');
    expect(await leftOnTarget('db1', ['hello'])).toEqual([]);
  });

  test('as a user whose password for sudo is wrong: said so, and nothing is loaded', async () => {
    const { code, stdout, lines } = await apply(
      `{ db1: { ansible_port: ${lab['PORT_db1']}, ansible_user: dba, ansible_become: true, ansible_become_password: guess } }`,
    );
    expect(code).toBe(2);
    expect(lines).toEqual([]);
    expect(stdout).toContain('sudo refuses the password');
    expect(stdout).not.toContain('guess');
  });

  test('as a user of the groups stapusr and stapdev, without root', async () => {
    const { code, lines, ends } = await apply(`{ db2: { ansible_port: ${lab['PORT_db2']}, ansible_user: tracer } }`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^db2 hello by uid [1-9]\d*$/);
    expect(ends).toEqual([['db2', 'exited', clean]]);
    expect(code).toBe(0);
    expect(await leftOnTarget('db2', ['hello'])).toEqual([]);
  });

  test("by the system's ssh, with a certificate", async () => {
    const { code, lines, ends, notices } = await apply(
      `{ web1: { ansible_port: ${lab['PORT_web1']}, ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_CERTIFIED_KEY']} } }`,
    );
    expect(notices).toEqual([
      `web1 is reached by the system's ssh: ${lab['TAPBOOK_LAB_CERTIFIED_KEY']} has a certificate (others like it are not named)`,
    ]);
    expect(lines).toEqual(['web1 hello by uid 0']);
    expect(ends).toEqual([['web1', 'exited', clean]]);
    expect(code).toBe(0);
    expect(await leftOnTarget('web1', ['hello'])).toEqual([]);
  });
});
