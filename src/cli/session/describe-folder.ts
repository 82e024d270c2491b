import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundDefaults, fileName } from '../arguments/find-defaults.ts';
import type { FolderWithDefaults } from './trusted-folders.ts';

/** What trust in a folder rests on. At a revision, the folder itself and its file may be absent on disk. */
export async function describeFolder({ source, folder }: FoundDefaults): Promise<FolderWithDefaults> {
  const real = await realpath(folder).catch(() => folder);
  const found = await lstat(join(real, fileName)).catch(() => lstat(real).catch(() => undefined));
  const digest = createHash('sha256').update(source.text).digest('hex');
  return { folder: real, owner: found?.uid ?? -1, digest };
}
