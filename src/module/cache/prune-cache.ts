import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface PruneRule {
  readonly directory: string;
  /** The names of entries that are of no use without being named by somebody. Nothing else is looked at. */
  readonly entries: RegExp;
  /** What was not used for longer goes, in milliseconds. */
  readonly maxAgeMs: number;
  /** Of the rest the latest so many stay, and what was used within the last hour, for whom it may be in use. */
  readonly most: number;
}

export interface Pruned {
  readonly entries: number;
  readonly bytes: number;
}

/** Removes from a cache what is old or too many; with `only-look` it only counts. Links are not followed. */
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
