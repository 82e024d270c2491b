import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArtifactKey, ElfBuildId, ModuleName } from '../../../src/model/ids.ts';
import { digest } from '../../../src/module/cache/digest.ts';
import { type Artifact, openModuleCache } from '../../../src/module/cache/module-cache.ts';
import { elfModule } from '../../support/elf-module.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = 'a'.repeat(64) as ArtifactKey;
const bytes = elfModule(['name=hello', 'parmtype=n:int64_t', 'vermagic=6.1.0 SMP ']);
const artifact: Artifact = {
  key,
  module: 'hello' as ModuleName,
  bytes,
  sha256: digest(bytes),
  vermagic: '6.1.0 SMP ',
  parameters: [{ name: 'n', type: 'int64_t' }],
  binaries: [{ path: '/opt/a file', buildId: '8b14ab' as ElfBuildId }],
};

test('what was stored is found again, private and whole', async () => {
  const cache = openModuleCache(join(folder, 'new/modules'));
  expect(await cache.keys()).toEqual(new Set());
  await cache.store(artifact);
  expect(await cache.keys()).toEqual(new Set([key]));
  expect(await cache.load(key, artifact.module)).toEqual(artifact);
  expect((await stat(join(cache.directory, key, 'hello.ko'))).mode & 0o777).toBe(0o600);
  // Nothing half made is left beside it.
  expect(await readdir(cache.directory)).toEqual([key]);
});

test('a damaged entry counts as not there, and is replaced', async () => {
  const cache = openModuleCache(folder);
  await cache.store(artifact);
  await writeFile(join(folder, key, 'hello.ko'), 'garbage');
  expect(await cache.load(key, artifact.module)).toBeUndefined();
  await cache.store(artifact);
  expect(await cache.load(key, artifact.module)).toEqual(artifact);
});

test('two that store the same at once both succeed', async () => {
  const cache = openModuleCache(folder);
  await Promise.all(Array.from({ length: 8 }, () => cache.store(artifact)));
  expect(await cache.load(key, artifact.module)).toEqual(artifact);
});

test('of an entry without a list of the files that it probes, the bytes tell whether there are any', async () => {
  const cache = openModuleCache(folder);
  await cache.store({ ...artifact, binaries: [] });
  await rm(join(folder, key, 'binaries'));
  expect(await cache.load(key, artifact.module)).toEqual({ ...artifact, binaries: [] });
  const probing = Buffer.concat([bytes, Buffer.from('\0inode-uprobes\0')]);
  await cache.store({ ...artifact, bytes: probing, sha256: digest(probing) });
  expect((await cache.load(key, artifact.module))?.binaries).toEqual(artifact.binaries);
  await rm(join(folder, key, 'binaries'));
  expect(await cache.load(key, artifact.module)).toBeUndefined();
});

test('a list that is damaged, or of another module, makes the entry count as not there', async () => {
  const cache = openModuleCache(folder);
  await cache.store(artifact);
  const list = join(folder, key, 'binaries');
  const kept = await readFile(list, 'utf8');
  await writeFile(list, kept.replace('8b14ab', '8b14ac'));
  expect(await cache.load(key, artifact.module)).toBeUndefined();
  await writeFile(list, '');
  expect(await cache.load(key, artifact.module)).toBeUndefined();
  const other = elfModule(['name=hello', 'vermagic=6.1.1 SMP ']);
  await cache.store({ ...artifact, bytes: other, sha256: digest(other) });
  await writeFile(list, kept);
  expect(await cache.load(key, artifact.module)).toBeUndefined();
});
