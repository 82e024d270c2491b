import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyRevision } from '../../src/git/copy-revision.ts';
import { findRepository, findRevision } from '../../src/git/find-revision.ts';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';

let repository: GitRepository;
let folder = '';
beforeEach(async () => {
  repository = await makeGitRepository();
  folder = await mkdtemp(join(tmpdir(), 'tapbook-copy-'));
});
afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

async function copy(ref: string) {
  const revision = await findRevision(repository.root, ref, never);
  if (!revision.ok) throw new Error(revision.error.message);
  const to = await mkdtemp(join(folder, 'copy-'));
  return { to, leftOut: await copyRevision(revision.value, to, never) };
}

test('files, programs and links within are there as they were committed, whatever .gitattributes says', async () => {
  await repository.commit(
    {
      '.gitattributes': '*.stp export-ignore export-subst text eol=crlf\n',
      'scripts/a.stp': '# $Format:%H$\nprobe end {}\n',
      'hosts.py': '#!/bin/sh\necho {}\n',
      'empty.yml': '',
      'play.yml': '-> plays/real.yml',
      'plays/real.yml': 'x: ü\n',
      'plays/up.stp': '-> ../scripts/a.stp',
    },
    'sound',
  );
  await repository.write({ 'scripts/a.stp': 'something else' });
  const before = await stat(join(repository.root, '.git/index'));
  const { to, leftOut } = await copy('sound');
  expect(leftOut).toEqual({ ok: true, value: [] });
  expect(await readFile(join(to, 'plays/up.stp'), 'utf8')).toBe('# $Format:%H$\nprobe end {}\n');
  expect(await readFile(join(to, 'play.yml'), 'utf8')).toBe('x: ü\n');
  expect(await readFile(join(to, 'empty.yml'), 'utf8')).toBe('');
  expect((await stat(join(to, 'hosts.py'))).mode & 0o777).toBe(0o700);
  expect((await stat(join(to, 'scripts/a.stp'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(repository.root, '.git/index'))).mtimeMs).toBe(before.mtimeMs);
  expect(await repository.git('worktree', 'list', '--porcelain')).not.toContain(to);
});

test('links that leave the tree, submodules and LFS pointers cannot be read from it, and are told', async () => {
  await repository.commit(
    {
      'absolute.stp': '-> /etc/passwd',
      'up/out.stp': '-> ../../secret',
      'deep/down/here': 'x',
      way: '-> deep/down',
      // Looks as if it stayed, and leads to what lies above the root.
      'deep/in/top': '-> ../..',
      sly: '-> deep/in/top/..',
      'way-out': '-> way/../../../etc',
      nowhere: '-> not/there',
      'large.stp': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
      'huge.bin': 'x'.repeat(17 * 1024 * 1024),
    },
    'odd',
  );
  const commit = await repository.git('rev-parse', 'HEAD');
  await repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},vendor/sub`);
  await repository.git('commit', '-q', '-m', 'submodule');
  const { to, leftOut } = await copy('HEAD');
  if (!leftOut.ok) throw new Error(leftOut.error.message);
  const told = leftOut.value.map(({ path, why }) => `${path} ${why}`).sort();
  expect(told).toMatchInlineSnapshot(`
    [
      "absolute.stp is a link that leads out of the repository, to /etc/passwd",
      "huge.bin is larger than 16 MB",
      "large.stp is kept in Git LFS: the repository has only a pointer to it",
      "nowhere is a link that leads to nothing in this revision (not/there)",
      "sly is a link that leads out of the repository in this revision (deep/in/top/..)",
      "up/out.stp is a link that leads out of the repository, to ../../secret",
      "vendor/sub is in a submodule, whose files this repository does not have",
      "way-out is a link that leads out of the repository, to way/../../../etc",
    ]
  `);
  for (const { path } of leftOut.value) {
    await expect(readFile(join(to, path)), path).rejects.toMatchObject({ code: 'ELOOP' });
  }
});

test('a tree that was made by hand writes nothing outside of the folder', async () => {
  await repository.write({ 'scripts/a.stp': 'probe end {}\n' });
  const blob = await repository.git('hash-object', '-w', 'scripts/a.stp');
  await writeFile(join(repository.root, 'target'), '..');
  const link = await repository.git('hash-object', '-w', 'target');
  const entries = (lines: readonly string[], name: string) =>
    writeFile(join(repository.root, name), `${lines.join('\n')}\n`);
  const mktree = async (lines: readonly string[]): Promise<string> => {
    await entries(lines, 'tree.txt');
    return repository.git('-c', 'alias.mk=!git mktree < tree.txt', 'mk');
  };
  const inner = await mktree([`100644 blob ${blob}\tevil`]);
  const twice = await mktree([
    `120000 blob ${link}\tsame`,
    `040000 tree ${inner}\tsame`,
    `040000 tree ${inner}\t..`,
    `040000 tree ${inner}\t.git`,
  ]);
  const commit = await repository.git('commit-tree', '-m', 'hostile', twice);
  const { to, leftOut } = await copy(commit);
  expect(await readdir(folder)).not.toContain('evil');
  expect((await readdir(to)).filter(name => name !== 'same')).toEqual([]);
  if (leftOut.ok) {
    expect(leftOut.value.map(({ path }) => path)).toEqual(expect.arrayContaining(['../evil', '.git/evil']));
  } else expect(leftOut.error.code).toBe('unreadable-revision');
  const same = await lstat(join(to, 'same')).catch(() => undefined);
  if (same?.isSymbolicLink()) expect(await readlink(join(to, 'same'))).not.toBe('..');
});

test('nothing that the repository names is run', async () => {
  const ran = join(folder, 'ran');
  await repository.git('config', 'core.fsmonitor', `touch ${ran}`);
  await repository.git('config', 'filter.evil.smudge', `touch ${ran}`);
  await repository.git('config', 'core.pager', `touch ${ran}`);
  await repository.commit({ '.gitattributes': '* filter=evil\n' }, 'filtered');
  await rm(ran, { force: true });
  expect((await copy('filtered')).leftOut.ok).toBe(true);
  await expect(stat(ran)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a revision that means two, or none, and a folder without a repository', async () => {
  await repository.commit({ 'play.yml': 'x' }, 'sound');
  await repository.git('branch', 'sound', 'HEAD');
  const say = async (ref: string): Promise<string> => {
    const found = await findRevision(repository.root, ref, never);
    return found.ok
      ? found.value.commit
      : `${found.error.message}; ${found.error.cure}`.replaceAll(repository.root, '/repo');
  };
  expect(await say('refs/heads/sound')).toMatch(/^[0-9a-f]{40}$/);
  expect([await say('sound'), await say('gone'), await say('HEAD:play.yml'), await say('')]).toMatchInlineSnapshot(`
    [
      "the revision "sound" is ambiguous in /repo; write which is meant: refs/tags/NAME, or refs/heads/NAME",
      "there is no revision "gone" in /repo; git log --all --oneline --decorate shows what there is; in a shallow clone, fetch it first",
      "there is no revision "HEAD:play.yml" in /repo; git log --all --oneline --decorate shows what there is; in a shallow clone, fetch it first",
      "there is no revision "" in /repo; git log --all --oneline --decorate shows what there is; in a shallow clone, fetch it first",
    ]
  `);
  const found = await findRepository(join(folder, 'gone/play.yml'), never);
  expect(found.ok ? found.value : found.error.message.replaceAll(folder, '/tmp')).toMatchInlineSnapshot(
    `"/tmp/gone is in no working tree of git"`,
  );
});

test('what a hook says of the repository does not count', async () => {
  await using other = await makeGitRepository();
  process.env['GIT_DIR'] = join(other.root, '.git');
  try {
    expect(await findRepository(join(repository.root, 'gone/play.yml'), never)).toEqual({
      ok: true,
      value: repository.root,
    });
  } finally {
    delete process.env['GIT_DIR'];
  }
});
