import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConfinement, type Namer } from '../../src/process/confinement.ts';

let base = '';
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'tapbook-confinement-')));
  for (const folder of ['repo/.git', 'repo/plays', 'plain/plays', 'elsewhere', 'alias']) {
    await mkdir(join(base, folder), { recursive: true });
  }
  for (const file of ['repo/a', 'repo/plays/a', 'repo/.git/config', 'plain/a', 'plain/plays/a', 'elsewhere/a']) {
    await writeFile(join(base, file), '');
  }
  const links = {
    'repo/out': '../elsewhere/a',
    'repo/folder': '../elsewhere',
    'repo/in': 'plays/a',
    'repo/git': '.git/config',
    'repo/nothing': '../elsewhere/nothing',
    'plain/plays/up': '../a',
    'alias/repo': '../repo',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(base, name));
});
afterAll(() => rm(base, { recursive: true, force: true }));

function judge(path: string, namer: Namer): string {
  const { isRead, isQuoted } = createConfinement('read').admit(path, namer);
  const refusing = createConfinement('refused').admit(path, namer);
  expect(isRead).toBe(true);
  expect(refusing.isRead).toBe(isQuoted);
  expect(refusing.findings.length).toBe(isQuoted ? 0 : 1);
  return isQuoted ? 'inside' : 'outside';
}

describe('what a file names', () => {
  test.each([
    ['repo/plays', 'repo/plays/a', 'inside'],
    ['repo/plays', 'repo/a', 'inside'],
    ['repo/plays', 'repo/in', 'inside'],
    ['repo/plays', 'repo/out', 'outside'],
    ['repo/plays', 'repo/folder/a', 'outside'],
    ['repo/plays', 'repo/folder/not-there', 'outside'],
    ['repo/plays', 'repo/not-there', 'inside'],
    ['repo/plays', 'repo/.git/config', 'outside'],
    ['repo/plays', 'repo/git', 'outside'],
    ['repo/plays', 'elsewhere/a', 'outside'],
    ['repo/plays', 'elsewhere/not-there', 'outside'],
    ['alias/repo/plays', 'repo/a', 'inside'],
    ['plain/plays', 'plain/plays/a', 'inside'],
    ['plain/plays', 'plain/a', 'outside'],
    ['plain/plays', 'plain/plays/up', 'outside'],
    ['plain', 'plain/plays/up', 'inside'],
    // By way of a link, all of a folder lies outside.
    ['repo/folder', 'repo/folder/a', 'outside'],
    ['repo/folder', 'elsewhere/a', 'outside'],
  ])('in %s, %s lies %s', (folder, path, where) => {
    expect(judge(join(base, path), { folder: join(base, folder) })).toBe(where);
  });

  test('a folder of copies is judged as one', () => {
    const copies = createConfinement('refused').around(join(base, 'plain'));
    expect(copies.admit(join(base, 'plain/a'), { folder: join(base, 'plain/plays') }).isRead).toBe(true);
    expect(copies.admit(join(base, 'elsewhere/a'), { folder: join(base, 'plain/plays') }).isRead).toBe(false);
  });
});

describe('what the user names', () => {
  test.each([
    ['elsewhere/a', 'inside'],
    ['repo/.git/config', 'inside'],
    ['alias/repo/plays/a', 'inside'],
    ['repo/in', 'inside'],
    ['repo/out', 'outside'],
    ['repo/folder/a', 'outside'],
    ['alias/repo/folder/a', 'outside'],
    ['repo/git', 'outside'],
    ['plain/plays/up', 'outside'],
    ['repo/not-there', 'inside'],
  ])('%s lies %s', (path, where) => expect(judge(join(base, path), 'user')).toBe(where));

  test.each(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0', 'a,b,', '/'])('%s is theirs', path =>
    expect(judge(path, 'user')).toBe('inside'),
  );
});

test('a finding names the real path, and the place of what names it', () => {
  const place = { file: 'io.yml', line: 1, column: 2, endColumn: 3, text: 'x' };
  const { findings } = createConfinement('refused').admit(join(base, 'repo/out'), {
    folder: join(base, 'repo'),
    place,
  });
  const message = `${base}/repo/out is not read: it leads to ${base}/elsewhere/a, outside of ${base}/repo`;
  expect(findings).toEqual([expect.objectContaining({ severity: 'error', code: 'outside-file', message, place })]);
});
