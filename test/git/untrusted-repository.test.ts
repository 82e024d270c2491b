import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyRevision } from '../../src/git/copy-revision.ts';
import { findRepository, findRevision } from '../../src/git/find-revision.ts';
import { readFileAt } from '../../src/git/read-file-at.ts';
import { readStatus } from '../../src/git/read-status.ts';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import { gitTraps, makeTrapProgram } from '../support/git-traps.ts';

const signal = new AbortController().signal;

let repository: GitRepository;
let folder = '';
beforeEach(async () => {
  repository = await makeGitRepository();
  folder = await mkdtemp(join(tmpdir(), 'tapbook-traps-'));
  await repository.commit({ 'plays/io.yml': 'hosts: all\n', 'plays/more.yml': 'x: 1\n' });
});
afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.each(Object.entries(gitTraps))('%s: git runs it, and we do not', async (_name, { set, springs }) => {
  const { program, timesRun } = await makeTrapProgram(folder);
  await set(repository, program);

  const plays = join(repository.root, 'plays');
  const found = await findRepository(join(plays, 'io.yml'), signal);
  await readStatus(found.ok ? found.value : plays, [join(plays, 'io.yml'), plays], { signal });
  const revision = await findRevision(repository.root, 'HEAD', signal);
  if (!revision.ok) throw new Error(revision.error.message);
  await copyRevision(revision.value, await mkdtemp(join(folder, 'copy-')), signal);
  await readFileAt(revision.value, 'plays/io.yml', signal);
  expect(await timesRun()).toBe(0);

  await new Promise(resolve => execFile('git', springs, { cwd: plays }, resolve));
  expect(await timesRun()).toBeGreaterThan(0);
});

test('a folder that is a repository without a working tree is no place of any repository', async () => {
  await gitTraps['a repository without a working tree, in a folder of the clone']?.set(repository, 'false');
  expect(await findRepository(join(repository.root, 'plays/io.yml'), signal)).toMatchObject({
    ok: false,
    error: { code: 'no-repository', message: expect.stringContaining('without a working tree') },
  });
});

test('a changed file is told, through a filter of the repository too; an unchanged one is not', async () => {
  const { root, write, git } = repository;
  const changed = async () => {
    const found = await readStatus(root, [root], { signal });
    return found.ok ? found.value : found.error.says;
  };
  await write({ '.git/info/exclude': 'left\n', left: '' });
  expect(await changed()).toEqual([{ path: 'left', isIgnored: true }]);
  await git('config', 'filter.x.clean', 'cat');
  await git('config', 'filter.x.required', 'true');
  await write({ '.git/info/attributes': '*.yml filter=x\n', 'plays/more.yml': 'x: 2\n', 'plays/new.yml': '' });
  expect(await changed()).toEqual([
    { path: 'plays/more.yml', isIgnored: false },
    { path: 'plays/new.yml', isIgnored: false },
    { path: 'left', isIgnored: true },
  ]);
});

test("a filter of the user's own is used, though the repository has another for it", async () => {
  const { root, write, git } = repository;
  const home = await mkdtemp(join(folder, 'home-'));
  const config = join(home, 'gitconfig');
  await git('config', '--file', config, 'filter.x.clean', 'tr b a');
  await write({ 'plays/io.yml': 'b', '.gitattributes': '*.yml filter=x\n' });
  await git('-c', 'filter.x.clean=tr b a', 'add', '-A');
  await git('commit', '-q', '-m', 'filtered');
  const { program, timesRun } = await makeTrapProgram(folder);
  await git('config', 'filter.x.clean', program);
  await write({ 'plays/io.yml': 'b' });
  const before = process.env['GIT_CONFIG_GLOBAL'];
  process.env['GIT_CONFIG_GLOBAL'] = config;
  try {
    expect(await readStatus(root, [join(root, 'plays/io.yml')], { signal })).toEqual({ ok: true, value: [] });
  } finally {
    if (before === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
    else process.env['GIT_CONFIG_GLOBAL'] = before;
  }
  expect(await timesRun()).toBe(0);
});
