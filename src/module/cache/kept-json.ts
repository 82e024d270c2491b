import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Reads an object out of a file of a cache. What cannot be read, or is none, counts as not there. */
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

/** Writes whole or not at all, for its owner's eyes only. What cannot be written is only asked again next time. */
export async function writeKept(file: string, value: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  } catch {
    // A full disk or a read-only home is no reason not to build.
  }
}
