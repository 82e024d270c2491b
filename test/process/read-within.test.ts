import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWithin, readWithinSync } from '../../src/process/read-within.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-read-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MB = 1024 * 1024;

describe.each([
  ['readWithin', readWithin],
  ['readWithinSync', async (path: string, most: number) => readWithinSync(path, most)],
])('%s', (_name, read) => {
  test('all of a file, of an empty one, and of one that is as large as it may be', async () => {
    const path = join(folder, 'a');
    for (const size of [0, 1, 3 * MB + 7]) {
      const bytes = Buffer.alloc(size, 'é');
      await writeFile(path, bytes);
      expect((await read(path, size === 0 ? MB : size)).equals(bytes)).toBe(true);
    }
    await expect(read(path, 2 * MB)).rejects.toThrow('it is larger than 2 MB');
  });

  test('a device without an end is too large, and one that is empty is', async () => {
    await expect(read('/dev/zero', 4 * MB)).rejects.toMatchObject({ code: 'EFBIG' });
    expect(await read('/dev/null', MB)).toEqual(Buffer.alloc(0));
  });

  test('what would be waited for without an end is refused', async () => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await expect(read(join(folder, 'fifo'), MB)).rejects.toThrow('is a pipe or a socket');
    const server = createServer().listen(join(folder, 'socket'));
    await expect(read(join(folder, 'socket'), MB)).rejects.toThrow('is a pipe or a socket');
    server.close();
  });

  test('what cannot be read has the words of the system', async () => {
    await expect(read(join(folder, 'no'), MB)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read(folder, MB)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
