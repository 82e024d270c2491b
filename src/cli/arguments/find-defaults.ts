import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { readTextFile } from '../../document/read-text-file.ts';
import { findRepository, findRevision, placeOnDisk } from '../../git/find-revision.ts';
import { readFileAt } from '../../git/read-file-at.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';

export const fileName = 'tapbook.yml';

/** The largest tapbook.yml, in bytes. */
const largest = 1024 * 1024;

export interface FoundDefaults {
  readonly source: SourceFile;
  /** Paths in the file are relative to it. */
  readonly folder: string;
}

/**
 * Finds the nearest tapbook.yml in a folder or above it: up to the root of the git repository, or without a repository up
 * to the next folder. A file of another user is refused: it names an inventory, and an inventory may be a program.
 */
export async function findDefaults(folder: string): Promise<Result<FoundDefaults | undefined, Diagnostic>> {
  for (const above of await foldersFrom(folder)) {
    const path = join(above, fileName);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    if (found.uid !== 0 && found.uid !== process.getuid?.()) return err(ofAnother(path, found.uid));
    const text = await readTextFile(path, largest);
    if (!text.ok) return err({ severity: 'error', code: 'unreadable-file', message: text.error.message });
    return ok({ source: { path, text: text.value }, folder: above });
  }
  return ok(undefined);
}

/** Finds it in a revision. A revision that does not exist is no error here: reading the playbook reports it. */
export async function findDefaultsAt(
  ref: string,
  folder: string,
  signal: AbortSignal,
): Promise<FoundDefaults | undefined> {
  const file = join(folder, fileName);
  const root = await findRepository(file, signal);
  const revision = root.ok ? await findRevision(root.value, ref, signal) : undefined;
  if (!root.ok || !revision?.ok) return undefined;
  for (let path = relative(root.value, await placeOnDisk(file)); ; path = join(dirname(dirname(path)), fileName)) {
    const text = await readFileAt(revision.value, path, signal);
    if (text.ok && text.value !== undefined) {
      return { source: { path: `${ref}:${path}`, text: text.value }, folder: join(root.value, dirname(path)) };
    }
    if (path === fileName || path.startsWith('..')) return undefined;
  }
}

async function foldersFrom(folder: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let at = folder; ; at = join(at, '..')) {
    folders.push(at);
    const git = await stat(join(at, '.git')).catch(() => undefined);
    if (git !== undefined) return folders;
    if (resolve(at) === '/') return folders.slice(0, 2);
  }
}

function ofAnother(path: string, uid: number): Diagnostic {
  const message = `${path} belongs to another user (uid ${uid}), and could name a program to run as you`;
  return {
    severity: 'warning',
    code: 'skipped-file',
    message,
    cure: 'it is not read; take it over with chown if you trust it',
  };
}
