import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface PruneRule {
  readonly directory: string;
  /** The names of the cache's entries. Other files are ignored. */
  readonly entries: RegExp;
  /** Entries that were not used for longer are removed. */
  readonly maxAgeMs: number;
  /** How many of the others are kept. Entries that were used within the last hour always are, since they may be in use. */
  readonly most: number;
}

export interface Pruned {
  readonly entries: number;
  readonly bytes: number;
}

/** Removes old and surplus entries from a cache; `only-look` only counts them. Links are not followed. */
export async function pruneCache(
  { directory, entries, maxAgeMs, most }: PruneRule,
  mode: 'remove' | 'only-look',
  now: number = Date.now(),
): Promise<Pruned> {
  const names = (await readdir(directory).catch(() => [] as string[])).filter(name => entries.test(name));
  const aged = await Promise.all(
    names.map(async name => ({ name, ageMs: now - (await lstat(join(directory, name))).mtimeMs })),
  );
  const isOver = ({ ageMs }: { readonly ageMs: number }, index: number): boolean =>
    ageMs > maxAgeMs || (index >= most && ageMs > inUseMs);
  const over = aged.toSorted((left, right) => left.ageMs - right.ageMs).filter(isOver);
  let bytes = 0;
  for (const { name } of over) {
    const path = join(directory, name);
    bytes += await sizeOf(path);
    if (mode === 'remove') await rm(path, { recursive: true, force: true });
  }
  return { entries: over.length, bytes };
}

const inUseMs = 60 * 60 * 1000;

async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  const names = await readdir(path).catch(() => [] as string[]);
  const sizes = await Promise.all(names.map(name => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
