import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import { becomes } from '../support/stand-in-fleet.ts';
import { eventsOf, parseEvents, runTapbook, startTapbook } from '../support/tapbook.ts';

let repository: GitRepository;
let folder = '';
let first = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-refs-'));
  repository = await makeGitRepository();
  first = await repository.commit(
    {
      'playbooks/io.yml': play('hosts: db', 'source: ../scripts/io.stp'),
      'scripts/io.stp': 'global interval = 1\nprobe timer.s(1) { println(interval) }\n',
      'inventory.ini': '[db]\ndb1 ansible_host=127.0.0.1 ansible_port=1\n[build_hosts]\nb ansible_connection=local\n',
      'group_vars/db.yml': 'interval: 5\n',
      'vars.yml': 'other: 1\n',
    },
    'v1',
  );
  await repository.commit({ 'playbooks/io.yml': play('hosts: wbe', 'source: ../scripts/oi.stp') }, 'wrong');
  await repository.commit({ 'playbooks/io.yml': undefined, 'scripts/io.stp': undefined, 'inventory.ini': undefined });
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function play(...keys: readonly string[]): string {
  const [hosts = '', source = ''] = keys;
  const globals = 'globals: { interval: "{{ interval }}" }';
  return `- ${hosts}\n  scripts:\n    - name: io\n      ${source}\n      ${globals}\n      duration: 10s\n`;
}

/** A temporary folder of its own shows what is left in it. */
async function tapbook(...args: readonly string[]) {
  const tmp = await mkdtemp(join(folder, 'tmp-'));
  const env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: tmp };
  const { code, stdout, stderr } = await runTapbook(args, { env, cwd: repository.root });
  expect(await readdir(tmp)).toEqual([]);
  return { code, stdout, stderr: stderr.replaceAll(repository.root, '/repo').replaceAll(folder, '/home/me') };
}

describe('--ref', () => {
  test('reads playbook, scripts, inventory and variables as they were, and says so in the names', async () => {
    expect(await tapbook('check', 'playbooks/io.yml', '-i', 'inventory.ini', '--ref', 'v1')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "playbooks/io.yml is valid as of v1; whether probe points, functions and types exist takes stap: --stap, or tapbook build
      ",
        "stdout": "",
      }
    `);
    expect(await tapbook('check', 'playbooks/io.yml', '-i', 'inventory.ini', '--ref', 'wrong')).toMatchInlineSnapshot(`
      {
        "code": 3,
        "stderr": "wrong:playbooks/io.yml:1:10 error unknown-group: no host or group "wbe" in the inventory
          - hosts: wbe
                   ~~~
      wrong:playbooks/io.yml:4:15 error unreadable-file: there is no file wrong:scripts/oi.stp; did you mean "io.stp"?
          source: ../scripts/oi.stp
                  ~~~~~~~~~~~~~~~~~
      ",
        "stdout": "",
      }
    `);
    expect(await tapbook('check', 'playbooks/io.yml', '--ref', 'v1')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "playbooks/io.yml is valid as of v1; whether probe points, functions and types exist takes stap: --stap, or tapbook build
      ",
        "stdout": "",
      }
    `);
    // The working tree has none of them.
    expect((await tapbook('check', 'playbooks/io.yml')).code).toBe(3);
  });

  test('from another folder, by an absolute path, with the variables of hooks set', async () => {
    const env = { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', GIT_WORK_TREE: '/' };
    const file = join(repository.root, 'playbooks/io.yml');
    const args = ['check', file, '-i', join(repository.root, 'inventory.ini'), '--ref', first.slice(0, 9)];
    expect(await runTapbook(args, { env, cwd: folder })).toMatchObject({ code: 0 });
  });

  test.each([
    ['what looks like an option', ['--ref', '--output=/tmp/x'], 5],
    ['nothing', ['--ref', ''], 5],
    ['no revision', ['--ref', 'v9'], 3],
    ['a revision without the playbook', ['--ref', 'main'], 3],
    ['an inventory that is not in the revision', ['--ref', 'v1', '-i', 'gone.ini'], 3],
    ['variables that are not in the revision', ['--ref', 'v1', '-i', 'inventory.ini', '-e', '@gone.yml'], 3],
  ])('%s', async (_name, args, code) => {
    for (const command of ['check', 'plan', 'build', 'apply']) {
      expect((await tapbook(command, 'playbooks/io.yml', ...args)).code, command).toBe(code);
    }
    expect((await tapbook('check', 'playbooks/io.yml', ...args)).stderr).toMatchSnapshot();
  });

  test('outside of a repository', async () => {
    await writeFile(join(folder, 'io.yml'), '[]');
    expect(await tapbook('check', join(folder, 'io.yml'), '--ref', 'v1')).toMatchInlineSnapshot(`
      {
        "code": 3,
        "stderr": "error no-repository: /home/me is in no working tree of git; leave out the revision, or go to the repository
      ",
        "stdout": "",
      }
    `);
  });

  test('what lies outside of the repository is read from disk, with a warning', async () => {
    const outside = join(folder, 'hosts.ini');
    await writeFile(outside, '[db]\nx1\n[build_hosts]\nb ansible_connection=local\n');
    await writeFile(join(folder, 'vars.yml'), 'interval: 7\n');
    const args = ['playbooks/io.yml', '-i', outside, '-e', `@${join(folder, 'vars.yml')}`, '-e', '@vars.yml'];
    expect(await tapbook('check', ...args, '--ref', 'v1')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "warning not-at-revision: inventory /home/me/hosts.ini lies outside of /repo: it is read as it is now, not as of v1
      warning not-at-revision: -e /home/me/vars.yml lies outside of /repo: it is read as it is now, not as of v1
      playbooks/io.yml is valid as of v1; whether probe points, functions and types exist takes stap: --stap, or tapbook build
      ",
        "stdout": "",
      }
    `);
  });

  test('is for playbooks, not for saved plans', async () => {
    await repository.commit({ 'io.plan': '{"format":"tapbook-saved-plan/1"}' }, 'planned');
    expect(await tapbook('plan', 'io.plan', '--ref', 'planned')).toMatchInlineSnapshot(`
      {
        "code": 5,
        "stderr": "error wrong-usage: --ref is for playbooks, and io.plan is a saved plan: it holds all that it needs
      ",
        "stdout": "",
      }
    `);
    expect((await tapbook('plan', 'io.plan', '--ref', 'planned', '--on-drift', 'skip')).code).toBe(5);
  });

  test('for connections, folders are those of the working tree: keys lie there', async () => {
    const name = 'ansible_host="{{ playbook_dir }}:{{ inventory_dir }}:{{ inventory_file }}"';
    const text = play('hosts: db', 'inline: "probe begin { exit() }"').replace(/ *globals.*\n/, '');
    const hosts = `[db]\ndb1 ${name}\n[build_hosts]\nb ansible_connection=local\n`;
    await repository.commit({ 'playbooks/dirs.yml': text, 'deep/hosts.ini': hosts }, 'dirs');
    const { stdout } = await tapbook('plan', 'playbooks/dirs.yml', '-i', 'deep/hosts.ini', '--ref', 'dirs');
    const { root } = repository;
    // A host's name is told in small letters.
    const told = `the name ${root}/playbooks:${root}/deep:${root}/deep/hosts.ini cannot be resolved`;
    expect(stdout).toContain(told.toLowerCase());
  });

  test('is a part of what a run tells of itself; the tree counts as clean', async () => {
    const { stdout, code } = await tapbook(
      ...['apply', 'playbooks/io.yml', '-i', 'inventory.ini', '--ref', 'v1', '--require-clean', '--format', 'json'],
    );
    expect(code).toBe(4);
    expect(eventsOf(parseEvents(stdout), 'run-started')[0]).toMatchObject({
      playbook: 'playbooks/io.yml',
      inventory: ['v1:inventory.ini'],
      repositories: [{ root: repository.root, commit: first, ref: 'v1', dirty: [], dirtyCount: 0 }],
    });
    const shown = await tapbook('show', 'last:playbooks/io.yml');
    expect(shown.stdout).toMatch(new RegExp(`git +${first.slice(0, 12)}, read as of v1 in`));
  });

  test('what is not in the repository itself is an error where it is read', async () => {
    const { root, commit } = repository;
    await commit(
      {
        'playbooks/lfs.yml': play('hosts: db', 'source: lfs.stp'),
        'playbooks/lfs.stp': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
        'hosts.ini': '[db]\ndb1\n[build_hosts]\nb ansible_connection=local\n',
        'host_vars/db1.yml': '-> /etc/hostname',
      },
      'lfs',
    );
    expect((await tapbook('check', 'playbooks/lfs.yml', '--ref', 'lfs')).stderr).toMatchInlineSnapshot(`
      "lfs:playbooks/lfs.yml:4:15 error unreadable-file: lfs:playbooks/lfs.stp is kept in Git LFS: the repository has only a pointer to it
          source: lfs.stp
                  ~~~~~~~
      "
    `);
    const linked = await tapbook('check', 'playbooks/lfs.yml', '-i', 'hosts.ini', '--ref', 'lfs');
    expect(linked.stderr).toContain('lfs:host_vars/db1.yml is a link that leads out of the repository');
    await commit({ host_vars: '-> /etc', 'playbooks/lfs.stp': 'probe end {}' }, 'linked');
    const folders = await tapbook('check', 'playbooks/lfs.yml', '-i', 'hosts.ini', '--ref', 'linked');
    expect([folders.code, folders.stderr]).toMatchInlineSnapshot(`
      [
        3,
        "error unreadable-file: linked:host_vars is a link that leads out of the repository, to /etc
      ",
      ]
    `);
    expect((await stat(root)).isDirectory()).toBe(true);
  });

  test('Ctrl-C while it is read leaves nothing behind', async () => {
    const began = join(folder, 'began');
    await repository.commit(
      {
        host_vars: undefined,
        'playbooks/slow.yml': play('hosts: db', 'inline: "probe begin { exit() }"').replace(/ *globals.*\n/, ''),
        'slow.sh': `#!/bin/sh\ntouch ${began}\nexec sleep 60\n`,
      },
      'slow',
    );
    const tmp = await mkdtemp(join(folder, 'tmp-'));
    const running = startTapbook(['check', 'playbooks/slow.yml', '-i', 'slow.sh', '--ref', 'slow'], {
      env: { TMPDIR: tmp },
      cwd: repository.root,
    });
    await becomes(
      () => stat(began).catch(() => undefined),
      found => found !== undefined,
    );
    const [copy = ''] = await readdir(tmp);
    expect((await stat(join(tmp, copy))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(tmp, copy, 'slow.sh'), 'utf8')).toContain('sleep');
    running.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    expect(await readdir(tmp)).toEqual([]);
  });
});
