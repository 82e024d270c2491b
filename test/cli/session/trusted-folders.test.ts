import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TrustedFolders } from '../../../src/cli/session/trusted-folders.ts';

async function open(): Promise<{ readonly folders: TrustedFolders; readonly kept: string }> {
  const state = await mkdtemp(join(tmpdir(), 'tapbook-trusted-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  return { folders: new TrustedFolders(state), kept: join(state, 'trusted-folders') };
}

const fleet = { folder: '/srv/fleet', owner: 1000, digest: 'aa' };

test('trust is of a path with its owner and its digests', async () => {
  const { folders, kept } = await open();
  expect(await folders.stateOf(fleet)).toBe('unknown');
  await folders.add(fleet);
  expect(await folders.stateOf(fleet)).toBe('trusted');
  expect(await folders.stateOf({ ...fleet, digest: 'bb' })).toBe('changed');
  expect(await folders.stateOf({ ...fleet, owner: 1001 })).toBe('unknown');
  expect(await folders.stateOf({ ...fleet, folder: '/srv/fleet/a' })).toBe('unknown');
  await folders.add({ ...fleet, digest: 'bb' });
  expect(await folders.stateOf(fleet)).toBe('trusted');
  // Whoever owns it now says nothing about what another has had there.
  await folders.add({ ...fleet, owner: 1001 });
  expect(await folders.stateOf({ ...fleet, digest: 'bb', owner: 1001 })).toBe('changed');
  const [file = ''] = await readdir(kept);
  expect((await stat(join(kept, file))).mode & 0o777).toBe(0o600);
});

test('a record that is damaged, or of another path, counts as missing', async () => {
  const { folders, kept } = await open();
  await folders.add(fleet);
  const [file = ''] = await readdir(kept);
  for (const text of ['', '[]', '{"folder":"/srv/fleet"}', '{"folder":"/etc","owner":1000,"digests":["aa"]}']) {
    await writeFile(join(kept, file), text);
    expect(await folders.stateOf(fleet)).toBe('unknown');
  }
});

test('a list is sorted by path; one that is removed is gone', async () => {
  const { folders } = await open();
  for (const folder of ['/c', '/a', '/b']) await folders.add({ ...fleet, folder });
  expect(await folders.remove('/b')).toBe(true);
  expect(await folders.remove('/b')).toBe(false);
  expect((await folders.list()).map(({ folder }) => folder)).toEqual(['/a', '/c']);
});
