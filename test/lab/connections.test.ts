import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { labEnvironment, labHome, leftOnTarget } from '../support/lab.ts';
import { eventsOf, type Finished, parseEvents, runTapbook } from '../support/tapbook.ts';

let lab: Readonly<Record<string, string>> = {};
let home = '';
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  lab = await labEnvironment();
  home = await mkdtemp(join(tmpdir(), 'tapbook-lab-connections-'));
  env = labHome(home);
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

/** An inventory of the build host and of these targets. */
async function inventoryOf(hosts: readonly string[]): Promise<string> {
  const path = join(home, 'inventory.yml');
  await writeFile(
    path,
    `all:
  vars:
    ansible_host: 127.0.0.1
    ansible_user: root
    ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_KEY']}
    tapbook_known_hosts_file: ${lab['TAPBOOK_LAB_KNOWN_HOSTS']}
  children:
    builders: { hosts: { builder: { ansible_port: ${lab['PORT_builder']} } } }
    targets:
      hosts:
${hosts.map(host => `        ${host}\n`).join('')}`,
  );
  return path;
}

const dba = 'ansible_user: dba, ansible_become: true, ansible_become_password';

describe('a target that is reached in its own way', () => {
  let finished: Finished;
  let events: readonly Event[] = [];
  // One run for all of them: each would take as long alone.
  beforeAll(async () => {
    const inventory = await inventoryOf([
      `inner1: { ansible_host: 192.168.77.2, ansible_ssh_common_args: "-F '${lab['TAPBOOK_LAB_SSH_CONFIG']}'" }`,
      `db1: { ansible_port: ${lab['PORT_db1']}, ${dba}: lab-password }`,
      `db2: { ansible_port: ${lab['PORT_db2']}, ansible_user: tracer }`,
      `web1: { ansible_port: ${lab['PORT_web1']}, ansible_ssh_private_key_file: ${lab['TAPBOOK_LAB_CERTIFIED_KEY']} }`,
    ]);
    finished = await runTapbook(['apply', join(home, 'hello.yml'), '-i', inventory, '--format', 'json'], { env });
    events = parseEvents(finished.stdout);
  });

  test.each([
    ['inner1', 'only through a bastion', /^hello by uid 0$/],
    ['db1', 'as a user who has to give sudo a password', /^hello by uid 0$/],
    ['db2', 'as a user of the groups stapusr and stapdev, without root', /^hello by uid [1-9]\d*$/],
    ['web1', "by the system's ssh, with a certificate", /^hello by uid 0$/],
  ])('%s, %s', async (name, _way, line) => {
    const lines = eventsOf(events, 'line').filter(({ host }) => host === name);
    expect(lines.map(({ text }) => text)).toEqual([expect.stringMatching(line)]);
    const ends = eventsOf(events, 'script-finished').filter(({ host }) => host === name);
    expect(ends.map(({ end, left }) => [end.kind, left])).toEqual([
      ['exited', { module: 'none', directory: 'removed' }],
    ]);
    expect(await leftOnTarget(name, ['hello'])).toEqual([]);
  });

  test('it is said why one of them goes by ssh, and no password is seen', () => {
    expect(eventsOf(events, 'notice').map(({ text }) => text)).toEqual([
      `web1 is reached by the system's ssh: ${lab['TAPBOOK_LAB_CERTIFIED_KEY']} has a certificate (others like it are not named)`,
    ]);
    expect(finished.stdout).not.toContain('lab-password');
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
  });
});

test('a wrong password for sudo is said at the probe, before anything is built', async () => {
  const inventory = await inventoryOf([`db1: { ansible_port: ${lab['PORT_db1']}, ${dba}: guess }`]);
  const { code, stdout } = await runTapbook(['facts', 'db1', '-i', inventory], { env });
  expect(code).toBe(2);
  expect(stdout).toBe(
    'db1\n    failed: cannot become root: sudo refuses the password\n    check ansible_become_password, or ask for it with -K\n',
  );
});
