import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ElfBuildId } from '../../../src/model/ids.ts';
import { openBinaryStore } from '../../../src/module/binaries/binary-store.ts';
import { elfProgram } from '../../support/elf-file.ts';

const id = '54e3beb2680a92c4df6f34df4f256cac78964885' as ElfBuildId;
const bytes = elfProgram(id, 100_000);
let directory = '';
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'tapbook-binaries-')), 'binaries');
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

async function* pieces(of: Uint8Array, size = 30_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
}

const error = (text: string) => ({ ok: false, error: text });

test('what arrives whole is found again, by its build-id and part', async () => {
  const store = openBinaryStore(directory);
  expect(await store.find(id, 'binary')).toBeUndefined();
  const stored = await store.receive(id, 'binary', { bytes: bytes.length, chunks: pieces(bytes) });
  expect(stored).toEqual({ ok: true, value: { file: join(directory, id, 'file'), bytes: bytes.length } });
  expect(await readFile(join(directory, id, 'file'))).toEqual(bytes);
  expect(await openBinaryStore(directory).find(id, 'binary')).toEqual(stored.ok ? stored.value : undefined);
  expect(await store.find(id, 'debuginfo')).toBeUndefined();
  await store.receive(id, 'debuginfo', { bytes: bytes.length, chunks: pieces(bytes) });
  expect((await readdir(directory)).sort()).toEqual([id, `${id}.debuginfo`]);
});

describe('nothing is kept of what', () => {
  test.each([
    ['is cut short', bytes.length, bytes.subarray(0, 5000), `only 5000 of its ${bytes.length} bytes have arrived`],
    ['goes on', 5000, bytes, 'more than its 5000 bytes have arrived'],
    [
      'is another one',
      bytes.length,
      elfProgram('ba61be8a975d54e7b75268cd456d59f508e21034', 100_000),
      'what has arrived has the build-id ba61be8a975d54e7b75268cd456d59f508e21034',
    ],
    ['is no program', 3, Buffer.from('#!/'), 'what has arrived has no build-id'],
  ])('%s', async (_name, expected, sent, why) => {
    const store = openBinaryStore(directory);
    expect(await store.receive(id, 'binary', { bytes: expected, chunks: pieces(sent) })).toEqual(error(why));
    expect(await readdir(directory)).toEqual([]);
    expect(await store.find(id, 'binary')).toBeUndefined();
  });

  test('breaks off with an error of its source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 10);
      throw new Error('stopped');
    }
    const store = openBinaryStore(directory);
    await expect(store.receive(id, 'binary', { bytes: 100, chunks: broken() })).rejects.toThrow('stopped');
    expect(await readdir(directory)).toEqual([]);
  });
});

test('one that was damaged since counts as missing, and is replaced', async () => {
  const store = openBinaryStore(directory);
  await store.receive(id, 'binary', { bytes: bytes.length, chunks: pieces(bytes) });
  await writeFile(join(directory, id, 'file'), elfProgram(id, 99_999));
  expect(await store.find(id, 'binary')).toBeUndefined();
  await store.receive(id, 'binary', { bytes: bytes.length, chunks: pieces(bytes) });
  expect(await store.find(id, 'binary')).toBeDefined();
});

test('a folder that cannot be is a cause, not a throw', async () => {
  await writeFile(directory, '');
  const stored = await openBinaryStore(directory).receive(id, 'binary', { bytes: bytes.length, chunks: pieces(bytes) });
  expect(stored.ok ? '' : stored.error).toMatch(/^it cannot be kept in \S+ here: \S/);
});
