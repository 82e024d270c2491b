import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory and its parents, accessible only to its owner. Throws errors of the file system. (Node's own `recursive`
 * never ends below folders such as /proc, and below a read-only one it reports a missing folder.)
 */
export async function makeStateDirectory(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeStateDirectory(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    if (!isThere) throw error;
  }
}
