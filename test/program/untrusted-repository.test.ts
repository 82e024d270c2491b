import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import { gitTraps, makeTrapProgram } from '../support/git-traps.ts';
import { runTapbook } from '../support/tapbook.ts';

const commands: Readonly<Record<string, readonly string[]>> = {
  check: ['check', 'io.yml', '-i', 'hosts.ini'],
  'check --ref': ['check', 'io.yml', '-i', 'hosts.ini', '--ref', 'HEAD'],
  'diff-plan': ['diff-plan', 'HEAD', '-i', 'hosts.ini'],
  'diff-plan of two': ['diff-plan', 'HEAD~1', 'HEAD', '-i', 'hosts.ini'],
  plan: ['plan', 'io.yml', '-i', 'hosts.ini'],
  'plan --require-clean': ['plan', 'io.yml', '-i', 'hosts.ini', '--require-clean'],
  build: ['build', 'io.yml', '-i', 'hosts.ini'],
  apply: ['apply', 'io.yml', '-i', 'hosts.ini', '-y'],
  'apply --ref': ['apply', 'io.yml', '-i', 'hosts.ini', '-y', '--ref', 'HEAD'],
};

// A clone brings the first of them along; all others come with a folder that somebody has packed.
const traps = [
  'a repository without a working tree, in a folder of the clone',
  'a clean filter',
  'a remote that is a program',
];

describe.each(traps)('in a repository with %s', name => {
  let repository: GitRepository;
  let folder = '';
  let program: Awaited<ReturnType<typeof makeTrapProgram>>;
  beforeAll(async () => {
    repository = await makeGitRepository();
    folder = await mkdtemp(join(tmpdir(), 'tapbook-traps-'));
    program = await makeTrapProgram(folder);
    const play = '- hosts: all\n  scripts:\n    - name: io\n      source: io.stp\n      duration: 1s\n';
    const files = {
      'plays/io.yml': play,
      'plays/io.stp': 'probe end { }\n',
      'plays/hosts.ini':
        'db1 ansible_host=127.0.0.1 ansible_port=1\n[build_hosts]\nb ansible_host=127.0.0.1 ansible_port=1\n',
    };
    await repository.commit(files);
    await repository.commit({ 'plays/io.stp': 'probe begin { }\nprobe end { }\n' });
    await gitTraps[name]?.set(repository, program.program);
  });
  afterAll(async () => {
    await repository[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test.concurrent.each(Object.entries(commands))('%s runs nothing that the repository names', async (_name, args) => {
    const env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
    const { stderr } = await runTapbook(args, { env, cwd: join(repository.root, 'plays') });
    expect(stderr).not.toContain('bug in tapbook');
    expect(await program.timesRun()).toBe(0);
  });

  test('which git itself would have done', async () => {
    const cwd = join(repository.root, 'plays');
    await new Promise(resolve => execFile('git', gitTraps[name]?.springs ?? [], { cwd }, resolve));
    expect(await program.timesRun()).toBeGreaterThan(0);
  });
});
