import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNewFiles } from '../../../src/engine/upkeep/write-new-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tapbook-new-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const files = new Map([
  ['a.txt', 'new a'],
  ['sub/b.txt', 'new b'],
]);

async function write(existing: 'refused' | 'replaced', directory = join(root, 'here')) {
  const told: string[] = [];
  const written = await writeNewFiles({ directory, files, existing, onWritten: path => told.push(path) });
  return {
    told,
    refused: written.ok ? [] : written.error.diagnostics.map(({ code, message }) => `${code} ${message}`),
  };
}

test('folders are made, and each file is told', async () => {
  const here = join(root, 'here');
  expect(await write('refused')).toEqual({ told: [join(here, 'a.txt'), join(here, 'sub/b.txt')], refused: [] });
  expect(await readFile(join(here, 'sub/b.txt'), 'utf8')).toBe('new b');
});

test('one that is there keeps all from being written, unless it is to be replaced', async () => {
  const here = join(root, 'here');
  await mkdir(join(here, 'sub'), { recursive: true });
  await writeFile(join(here, 'sub/b.txt'), 'old b');
  const { told, refused } = await write('refused');
  expect([told, refused]).toEqual([
    [],
    [`file-exists ${join(here, 'sub/b.txt')} is there already; nothing was written`],
  ]);
  expect(await readdir(here)).toEqual(['sub']);
  expect((await write('replaced')).refused).toEqual([]);
  expect(await readFile(join(here, 'sub/b.txt'), 'utf8')).toBe('new b');
});

test('behind a link that leads out of the folder nothing is written, not even in place of something', async () => {
  await mkdir(join(root, 'here'));
  await mkdir(join(root, 'elsewhere'));
  await symlink('../elsewhere', join(root, 'here/sub'));
  const { told, refused } = await write('replaced');
  expect(told).toEqual([]);
  expect(refused).toEqual([expect.stringContaining('is no file, or lies behind a link out of the folder')]);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});
