import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, parseEvents, runTapbook } from '../support/tapbook.ts';

/** What of a selection shows only in the program. What is selected: test/engine/sources/select-plays.test.ts. */
let folder = '';
let playbook = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-cli-rollout-'));
  await writeFile(
    join(folder, 'hosts.yml'),
    `all:
  children:
    build_hosts: { hosts: { builder: { ansible_connection: local } } }
    gone: { vars: { ansible_host: 127.0.0.1, ansible_port: 1 }, hosts: { gone1: , gone2: , gone3: } }
    web: { vars: { ansible_host: 127.0.0.1, ansible_port: 1 }, hosts: { web1: } }
`,
  );
  playbook = join(folder, 'play.yml');
  await writeFile(
    playbook,
    `- hosts: gone
  retries: 1
  delay: 0
  tags: [db]
  scripts:
    - { name: hello, inline: 'probe begin { exit() }', until_exit: true, tags: [quick] }
    - { name: risky, inline: 'probe begin { exit() }', until_exit: true, tags: 'never, risky' }
- hosts: web
  scripts:
    - { name: last, inline: 'probe begin { exit() }', until_exit: true }
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tapbook(
  ...args: string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const env = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state') };
  return runTapbook([...args, '-i', join(folder, 'hosts.yml')], { env });
}

/** The hosts that each play of a run turns to. */
async function hostsOf(...args: string[]): Promise<readonly (readonly string[])[]> {
  const { stdout } = await tapbook('apply', playbook, '--format', 'json', ...args);
  return eventsOf(parseEvents(stdout), 'play-started').map(event => event.hosts);
}

test('the hosts that failed in a run, by its id, its directory and its file; plays without any of them are left out', async () => {
  const { stdout, code } = await tapbook('apply', playbook, '--format', 'json', '--limit', 'gone2');
  expect(code).toBe(4);
  const events = parseEvents(stdout);
  expect(eventsOf(events, 'host-retry')).toMatchObject([{ host: 'gone2', retry: 1, of: 1, delaySeconds: 0 }]);
  const [started] = eventsOf(events, 'run-started');
  const directory = started?.directory ?? '';
  for (const limit of [started?.run ?? '', directory, `${directory}/failed.hosts`]) {
    expect(await hostsOf('--limit', `@${limit}`)).toEqual([['gone2']]);
  }
  await rm(join(directory, 'failed.hosts'));
  const again = await tapbook('apply', playbook, '--limit', `@${started?.run}`);
  expect([again.code, again.stderr.replace(folder, 'DIR').replace(started?.run ?? '', 'RUN')]).toMatchInlineSnapshot(`
    [
      8,
      "error no-host-matched: --limit @DIR/state/tapbook/runs/RUN/failed.hosts: no host has failed in that run
    ",
    ]
  `);
});

test('--start-at: those before it are not asked, and the plan says so', async () => {
  const { stdout, code } = await tapbook('plan', playbook, '--start-at', 'gone3', '--tags', 'db');
  expect(code).toBe(4);
  expect(stdout).toMatchInlineSnapshot(`
    "PLAY [gone] gone

    Left out
      gone[1,2]
          skipped: it stands before gone3, where --start-at begins
      gone3
          unreachable: 127.0.0.1:1 refuses connections
            → is sshd running there, and is ansible_port right?

    Plan: 0 to build, 0 cached; no host runs; 0 fail, 1 unreachable, 2 skipped.
    "
  `);
  const wrong = await tapbook('plan', playbook, '--start-at', 'gone4');
  expect([wrong.code, wrong.stderr]).toMatchInlineSnapshot(`
    [
      8,
      "error no-host-matched: no play has the host "gone4" (--start-at); did you mean "gone1"?
    ",
    ]
  `);
});

test.each([
  [['--tags', 'quikc'], 'no script is left by --tags quikc; did you mean "quick"?'],
  [
    ['--tags', 'quick', '--skip-tags', 'db'],
    'no script is left by --tags quick --skip-tags db; there are: db, never, quick, risky',
  ],
  [['--start-at-script', 'lsat'], 'no script is named "lsat" (--start-at-script); did you mean "last"?'],
])('%j leaves no script: exit 3', async (args, message) => {
  for (const command of ['plan', 'apply']) {
    const { code, stderr } = await tapbook(command, playbook, ...args);
    expect([code, stderr]).toEqual([3, `error no-script-selected: ${message}\n`]);
  }
});
