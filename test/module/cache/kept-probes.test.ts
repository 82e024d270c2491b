import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BinaryProbes } from '../../../src/model/binary-probes.ts';
import type { ElfBuildId } from '../../../src/model/ids.ts';
import { type KeptProbes, openKeptProbes } from '../../../src/module/cache/kept-probes.ts';

const first = '459f0d' as ElfBuildId;
const second = '8b1400' as ElfBuildId;

const probesOf = (buildId: ElfBuildId, functions: readonly string[] = ['main']): BinaryProbes => ({
  buildId,
  bytes: 1000,
  markers: [{ provider: 'p', name: 'm', arguments: [{ type: 'int', operand: '%eax' }], places: 2 }],
  functions,
  debugInfo: { dwarf: 'none', link: 'x.debug', miniDebugInfo: false },
});

async function rig(): Promise<{ readonly folder: string; readonly kept: KeptProbes }> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-kept-probes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, kept: openKeptProbes(folder) };
}

test('by build-id, and by the paths where it was seen, the latest first', async () => {
  const { kept } = await rig();
  await kept.keep(probesOf(first), { path: '/bin/a', host: 'db1', at: 1 });
  await kept.keep(probesOf(second), { path: '/bin/a', host: 'db2', at: 3 });
  await kept.keep(probesOf(first), { path: '/bin/a', host: 'db3', at: 2 });
  await kept.keep(probesOf(first), { path: '/bin/b', host: 'db1', at: 4 });
  expect(await kept.find(first)).toEqual(probesOf(first));
  expect(await kept.find('00' as ElfBuildId)).toBeUndefined();
  expect((await kept.seenAt('/bin/a')).map(({ probes, host, at }) => [probes.buildId, host, at])).toEqual([
    [second, 'db2', 3],
    [first, 'db3', 2],
  ]);
  expect(await kept.seenAt('/bin/c')).toEqual([]);
});

test('what is seen again does not stand twice', async () => {
  const { kept } = await rig();
  for (let at = 0; at < 50; at++) await kept.keep(probesOf(first), { path: '/bin/a', host: `db${at % 2}`, at });
  expect(await kept.seenAt('/bin/a')).toMatchObject([{ host: 'db1', at: 49 }]);
});

test('a file without a build-id, and one with millions of names, are not kept', async () => {
  const { kept, folder } = await rig();
  const seen = { path: '/bin/a', host: 'db1', at: 1 };
  const { buildId: _none, ...unnamed } = probesOf(first);
  await kept.keep(unnamed, seen);
  await kept.keep(probesOf(first, Array(200_000).fill('a_long_name_of_a_function')), seen);
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['no JSON', '{'],
  ['another format', JSON.stringify({ format: 'tapbook-probes/0', probes: probesOf(first), seen: [] })],
  [
    'a hostile build-id',
    JSON.stringify({ format: 'tapbook-probes/1', probes: { ...probesOf(first), buildId: '../x' }, seen: [] }),
  ],
  [
    'functions that are none',
    JSON.stringify({ format: 'tapbook-probes/1', probes: { ...probesOf(first), functions: [1] }, seen: [] }),
  ],
])('a damaged entry counts as missing: %s', async (_name, text) => {
  const { kept, folder } = await rig();
  await writeFile(join(folder, `${first}.json`), text);
  expect(await kept.find(first)).toBeUndefined();
  expect(await kept.seenAt('/bin/a')).toEqual([]);
});
