import { chmod, chown, lchown, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOwnFolder, whoElseWrites } from '../../src/process/own-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-own-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function whose(path: string): Promise<string | undefined> {
  return (await whoElseWrites(join(folder, path)))?.replaceAll(folder, 'DIR');
}

test('a folder of our own below a sticky one is ours, and what is to be made in it', async () => {
  await makeOwnFolder(join(folder, 'a/b'));
  expect(await whose('a/b')).toBeUndefined();
  expect(await whose('not/there/yet')).toBeUndefined();
});

test.each([
  ['everybody', 0o777, 'DIR/a may be written to by everybody'],
  ['everybody, whose files are their own', 0o1777, undefined],
  ['nobody else', 0o755, undefined],
])('a parent that may be written to by %s', async (_who, mode, said) => {
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await chmod(join(folder, 'a'), mode);
  expect(await whose('a/b/c')).toBe(said);
});

test.runIf(process.getuid?.() === 0).each([
  ['another user', [4321, 0], 0o700, 'DIR/a belongs to another user (4321)'],
  ['nobody, who is an account like others here', [65_534, 0], 0o700, 'DIR/a belongs to another user (65534)'],
  ['another group that may write', [0, 4321], 0o770, 'DIR/a may be written to by a group (4321)'],
  ['another group that may read', [0, 4321], 0o750, undefined],
  ["root's group, which may write", [0, 0], 0o770, undefined],
] as const)('a folder of %s', async (_who, [uid, gid], mode, said) => {
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await chown(join(folder, 'a'), uid, gid);
  await chmod(join(folder, 'a'), mode);
  expect(await whose('a')).toBe(said);
  expect(await whose('a/b')).toBe(said);
  await symlink('a/b', join(folder, 'link'));
  expect(await whose('link')).toBe(said);
  const made = makeOwnFolder(join(folder, 'a/b/c'));
  if (said === undefined) await made;
  else await expect(made).rejects.toThrow(said.replaceAll('DIR', folder));
});

test.runIf(process.getuid?.() === 0)(
  'users may be named that count as this one, with the groups of their number',
  async () => {
    await mkdir(join(folder, 'a'));
    await chown(join(folder, 'a'), 4321, 4321);
    await chmod(join(folder, 'a'), 0o775);
    expect(await whoElseWrites(join(folder, 'a'), [0, 4321])).toBeUndefined();
    await chown(join(folder, 'a'), 4321, 4322);
    expect(await whoElseWrites(join(folder, 'a'), [0, 4321])).toContain('may be written to by a group (4322)');
  },
);

test('below /proc it ends, with an error', async () => {
  await expect(makeOwnFolder('/proc/tapbook/modules')).rejects.toMatchObject({ code: 'ENOENT' });
});

describe.runIf(process.getuid?.() === 0)('links on the way', () => {
  const made = async (...parts: readonly [path: string, owner: number, target?: string][]): Promise<void> => {
    for (const [path, owner, target] of parts) {
      const at = join(folder, path);
      if (target === undefined) await mkdir(at, { recursive: true });
      else await symlink(target, at);
      await lchown(at, owner, owner);
    }
  };

  test('of another user in a folder where everybody has what is their own', async () => {
    await made(['tmp', 0], ['own', 0], ['tmp/link', 4321, '../own']);
    await chmod(join(folder, 'tmp'), 0o1777);
    expect(await whose('tmp/link')).toBe('DIR/tmp/link is a link of another user (4321)');
    expect(await whose('tmp/link/cache/modules')).toBe('DIR/tmp/link is a link of another user (4321)');
    await expect(makeOwnFolder(join(folder, 'tmp/link/cache'))).rejects.toThrow('is a link of another user');
    expect(await readdir(join(folder, 'own'))).toEqual([]);
  });

  test('of ours in a folder of another user, who could put another in its place', async () => {
    await made(['theirs', 4321], ['own', 0], ['theirs/link', 0, '../own']);
    expect(await whose('theirs/link/cache')).toBe('DIR/theirs belongs to another user (4321)');
  });

  test('behind other links, and in paths with dots', async () => {
    await made(['tmp', 0], ['own', 0], ['first', 0, 'tmp/../tmp/./second'], ['tmp/second', 4321, '../own']);
    await chmod(join(folder, 'tmp'), 0o1777);
    expect(await whose('first/x')).toBe('DIR/tmp/second is a link of another user (4321)');
  });

  test('of ours and of root are ways like others; a ring of them is none', async () => {
    await made(['own', 0], ['a', 0, 'own'], ['b', 0, join(folder, 'a')], ['ring', 0, 'ring']);
    expect(await whose('b/cache')).toBeUndefined();
    expect(await whose('ring/cache')).toBe('DIR/ring/cache has too many links in it');
  });

  test('nothing is made in a folder of another user', async () => {
    await made(['theirs', 4321]);
    await expect(makeOwnFolder(join(folder, 'theirs/a/b'))).rejects.toThrow('belongs to another user');
    expect(await readdir(join(folder, 'theirs'))).toEqual([]);
  });
});
