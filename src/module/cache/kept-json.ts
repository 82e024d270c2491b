import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeOwnFolder } from '../../process/own-folder.ts';

/** Reads a JSON object from a file of a cache. What cannot be read counts as missing. */
export async function readKept(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return asObject(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Writes a file whole or not at all, readable only by its owner. A failure is ignored: the cache merely misses next time. */
export async function writeKept(file: string, value: object): Promise<void> {
  try {
    await makeOwnFolder(dirname(file));
    await writeFileAtomic(file, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  } catch {
    // A full disk or a read-only home must not prevent a build.
  }
}
