import { lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';

export interface NewFiles {
  readonly directory: string;
  /** Their texts by their paths within it. */
  readonly files: ReadonlyMap<string, string>;
  /** What is done where one of them is there already. */
  readonly existing: 'refused' | 'replaced';
  readonly onWritten: (path: string) => void;
}

/**
 * Writes files into a folder: all of them, or none where one is in the way; what is no file, or lies behind a link out of the
 * folder, is never replaced.
 */
export async function writeNewFiles({
  directory,
  files,
  existing,
  onWritten,
}: NewFiles): Promise<Result<void, Refusal>> {
  const state = await lookAt(directory, [...files.keys()]);
  if (!state.ok) return err(refuseInput([state.error]));
  const { there, barred } = state.value;
  if (barred.length > 0) return err(refuseInput(barred.map(isNoFile)));
  if (there.length > 0 && existing === 'refused') return err(refuseInput(areThere(there)));
  for (const [path, text] of files) {
    const file = join(directory, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      // What has come in the meantime is not written over: only what was told.
      if (there.includes(file)) await rm(file);
      await writeFile(file, text, { flag: 'wx' });
    } catch (error) {
      const message = `cannot write ${file}: ${(error as Error).message}`;
      return err(refuseInput([{ severity: 'error', code: 'cannot-write', message }]));
    }
    onWritten(file);
  }
  return ok(undefined);
}

interface Found {
  readonly there: readonly string[];
  /** No files, or behind a link that leads elsewhere. */
  readonly barred: readonly string[];
}

async function lookAt(directory: string, paths: readonly string[]): Promise<Result<Found, Diagnostic>> {
  const root = await realpath(directory).catch(() => undefined);
  if (root === undefined) return ok({ there: [], barred: [] });
  const there: string[] = [];
  const barred: string[] = [];
  try {
    for (const path of paths) {
      const file = join(directory, path);
      const folder = await nearest(dirname(file));
      const isOutside = folder !== root && !folder.startsWith(root.endsWith(sep) ? root : root + sep);
      const found = await lstat(file).catch(orMissing);
      if (isOutside || (found !== undefined && !found.isFile())) barred.push(file);
      else if (found !== undefined) there.push(file);
    }
  } catch (error) {
    const message = `cannot look into ${directory}: ${(error as Error).message}`;
    return err({ severity: 'error', code: 'unreadable-directory', message });
  }
  return ok({ there, barred });
}

/** The real path of the folder, or of the first above it that is there. */
async function nearest(folder: string): Promise<string> {
  return (await realpath(folder).catch(orMissing)) ?? nearest(dirname(folder));
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function areThere(paths: readonly string[]): readonly Diagnostic[] {
  const cure = '--force replaces these files, and no others; or give another folder';
  return paths.map((path, index) => ({
    severity: 'error',
    code: 'file-exists',
    message: `${path} is there already; nothing was written`,
    ...(index === paths.length - 1 ? { cure } : {}),
  }));
}

function isNoFile(path: string): Diagnostic {
  const message = `${path} is no file, or lies behind a link out of the folder; nothing was written`;
  return { severity: 'error', code: 'file-exists', message, cure: 'take it away, or give another folder' };
}
