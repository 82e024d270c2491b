import type { Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { readTextFile } from '../../document/read-text-file.ts';
import { findRepository, findRevision, placeOnDisk } from '../../git/find-revision.ts';
import { readFileAt } from '../../git/read-file-at.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { ownUids } from '../../process/own-account.ts';
import { whoElseWrites, whoWrites } from '../../process/own-folder.ts';
import { isVouchedFor, trustVariable } from './vouched-folders.ts';

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
 * to the next folder. One that others have made, or could change, is refused: it says which hosts are meant, and may name programs.
 */
export async function findDefaults(folder: string): Promise<Result<FoundDefaults | undefined, Diagnostic>> {
  for (const above of await foldersFrom(folder)) {
    const path = join(above, fileName);
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isFile() && !found?.isSymbolicLink()) continue;
    const foreign = await whyForeign(path, found, above);
    if (foreign !== undefined) return err(foreign);
    const text = await readTextFile(path, largest);
    if (!text.ok) return err({ severity: 'error', code: 'unreadable-file', message: text.error.message });
    return ok({ source: { path, text: text.value }, folder: above });
  }
  return ok(undefined);
}

/**
 * The folder that the trust in programs of a playbook, or of an inventory, rests on: the one with the nearest tapbook.yml, else the
 * root of the repository, else this one. Nobody else may put a file there or beside them, not even where files are their owners', as in
 * /tmp.
 */
export async function findFolderToTrust(
  folder: string,
  ref: string | undefined,
  signal: AbortSignal,
): Promise<Result<FoundDefaults, Diagnostic>> {
  const found = ref === undefined ? await findDefaults(folder) : await findDefaultsAt(ref, folder, signal);
  if (!found.ok) return found;
  const root = found.value?.folder ?? (await rootOf(folder));
  const whose = (await isVouchedFor(root))
    ? undefined
    : // At a revision, nothing is read from the folder itself.
      ((ref === undefined ? await whoElsePutsInto(folder) : undefined) ?? (await whoElsePutsInto(root)));
  if (whose === undefined) return ok(found.value ?? { source: { path: join(root, fileName), text: '' }, folder: root });
  const message = `its folder is open to others: ${whose}`;
  const cure = `take that away with chmod or chown, or set ${trustVariable} if you trust all who can write to it`;
  return err({ severity: 'error', code: 'unsafe-folder', message, cure });
}

async function whoElsePutsInto(folder: string): Promise<string | undefined> {
  const ours = ownUids();
  const kind = await stat(folder).catch(() => undefined);
  // As of a file: that it is sticky does not help.
  const whose = kind && whoWrites({ uid: kind.uid, gid: kind.gid, mode: kind.mode, isDirectory: () => false }, ours);
  return whose === undefined ? whoElseWrites(folder, ours) : `${await realpath(folder)} ${whose}`;
}

/**
 * Why a tapbook.yml counts as somebody else's, if it does. As git has it for its repositories, the owner is root, this user, or who
 * has called sudo, and a folder may be vouched for; as ssh has it for its files, nobody else may write to it or to a folder above.
 */
async function whyForeign(path: string, found: Stats, folder: string): Promise<Diagnostic | undefined> {
  const skip = (message: string, cure: string): Diagnostic => ({
    severity: 'warning',
    code: 'skipped-file',
    message: `${path} is not read: ${message}`,
    cure,
  });
  if (found.isSymbolicLink()) return skip('it is a symbolic link', 'put a copy there');
  if (await isVouchedFor(folder)) return undefined;
  const ours = ownUids();
  const vouch = `${trustVariable}=${await realpath(folder)} if you trust all who can write to it`;
  if (found.uid !== 0 && !ours.includes(found.uid)) {
    return skip(`it belongs to another user (uid ${found.uid})`, `take it over with chown, or set ${vouch}`);
  }
  const file = found.isFile() ? whoWrites(found, ours) : undefined;
  if (file !== undefined) return skip(`it ${file}`, `chmod go-w ${path}, or set ${vouch}`);
  const whose = await whoElseWrites(folder, ours);
  return whose === undefined
    ? undefined
    : skip(`its folder is open to others: ${whose}`, `take that away with chmod or chown, or set ${vouch}`);
}

/**
 * Finds it in a revision of a repository that nobody else could change. A revision that does not exist is no error here: reading the
 * playbook reports it.
 */
export async function findDefaultsAt(
  ref: string,
  folder: string,
  signal: AbortSignal,
): Promise<Result<FoundDefaults | undefined, Diagnostic>> {
  const file = join(folder, fileName);
  const root = await findRepository(file, signal);
  const revision = root.ok ? await findRevision(root.value, ref, signal) : undefined;
  if (!root.ok || !revision?.ok) return ok(undefined);
  for (let path = relative(root.value, await placeOnDisk(file)); ; path = join(dirname(dirname(path)), fileName)) {
    const text = await readFileAt(revision.value, path, signal);
    if (text.ok && text.value !== undefined) {
      const source = { path: `${ref}:${path}`, text: text.value };
      const foreign = await whyForeign(source.path, await lstat(root.value), root.value);
      return foreign === undefined ? ok({ source, folder: join(root.value, dirname(path)) }) : err(foreign);
    }
    if (path === fileName || path.startsWith('..')) return ok(undefined);
  }
}

async function rootOf(folder: string): Promise<string> {
  const root = (await foldersFrom(folder)).at(-1) ?? folder;
  return (await stat(join(root, '.git')).catch(() => undefined)) === undefined ? folder : root;
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
