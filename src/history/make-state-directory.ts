import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a directory and those above it, for its owner's eyes only. Throws what the file system says. */
export async function makeStateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Below a read-only file system node speaks of a folder that does not exist.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await requireWritable(dirname(path));
    throw error;
  }
}

/** Throws why nothing can be made in the folder, or in the nearest one above it that exists. */
async function requireWritable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await requireWritable(dirname(path));
  }
}
