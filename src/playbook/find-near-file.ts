import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { didYouMean } from '../model/did-you-mean.ts';

/** For a file that does not exist: the file beside it that was meant, or all files there if they are few. */
export async function findNearFile(path: string, kind: RegExp): Promise<string | undefined> {
  const names = (await readdir(dirname(path)).catch((): string[] => [])).filter(name => kind.test(name)).sort();
  const written = basename(path);
  const hint = didYouMean(written, names);
  if (hint !== undefined) return hint;
  // The right name with another ending, or none.
  const stem = written.replace(/\.[^.]*$/, '');
  const same = names.find(name => name.replace(kind, '') === stem);
  if (same !== undefined) return `did you mean "${same}"?`;
  return names.length > 0 && names.length <= 5
    ? `there are: ${names.map(name => join(dirname(path), name)).join(', ')}`
    : undefined;
}
