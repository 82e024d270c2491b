import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What the files below a directory take on the disk, in bytes; what goes away meanwhile counts as nothing. */
export async function measureDirectory(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const name of names) {
    const found = await lstat(join(path, name)).catch(() => undefined);
    bytes += (found?.blocks ?? 0) * 512;
  }
  return bytes;
}
