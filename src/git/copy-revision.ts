import { mkdir, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { optional } from '../model/optional.ts';
import { err, ok, type Result } from '../model/result.ts';
import { listTree, type TreeEntry } from './list-tree.ts';
import { readObjects } from './read-objects.ts';
import type { Revision } from './revision.ts';

/** A file of the revision that the copy does not have: reading it fails. */
export interface LeftOut {
  readonly path: string;
  /** A clause: `is a submodule`. */
  readonly why: string;
}

/** In bytes: larger than any playbook, script or inventory. */
const largestFile = 16 * 1024 * 1024;
/** In bytes, and files: more than this is more than a repository of playbooks. */
const mostBytes = 256 * 1024 * 1024;
const mostFiles = 50_000;

/**
 * Writes the files of a revision into an empty folder as they are in the repository, without filters of .gitattributes.
 * Nothing outside of that folder is written or linked to, whatever the revision holds. Files without content (submodules,
 * Git LFS) and links that leave the tree become links to themselves, so that reading them fails.
 */
export async function copyRevision(
  revision: Revision,
  folder: string,
  signal: AbortSignal,
): Promise<Result<readonly LeftOut[], Diagnostic>> {
  try {
    return await copyFiles(revision, folder, signal);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || signal.aborted) throw error;
    const cure = code === 'ENOSPC' ? `make room in ${dirname(folder)}, or set TMPDIR` : undefined;
    const what = `the files of ${revision.ref} cannot be written to be read: ${message}`;
    return err({ severity: 'error', code: 'unreadable-revision', message: what, ...optional('cure', cure) });
  }
}

async function copyFiles(
  revision: Revision,
  folder: string,
  signal: AbortSignal,
): Promise<Result<readonly LeftOut[], Diagnostic>> {
  const { root, ref } = revision;
  const fail = (message: string, cure?: string): Result<never, Diagnostic> =>
    err({ severity: 'error', code: 'unreadable-revision', message, ...optional('cure', cure) });
  const listed = await listTree(revision, signal);
  if (!listed.ok) return fail(`git cannot list the files of ${ref} in ${root}: ${listed.error.says}`);
  if (listed.value.length > mostFiles) return fail(tooMuch(ref, `${listed.value.length} files`), checkOut(ref));
  const base = await realpath(folder);
  const leftOut: LeftOut[] = [];
  const left = (path: string, why: string): void => void leftOut.push({ path, why });

  const sound = listed.value.filter(({ path }) => {
    const isSound = isBelow(path);
    if (!isSound) left(path, 'has a name that no file may have');
    return isSound;
  });
  for (const parent of new Set(sound.map(({ path }) => dirname(path)))) {
    await mkdir(join(base, parent), { recursive: true, mode: 0o700 });
  }
  const wanted = new Map<string, TreeEntry[]>();
  for (const entry of sound) {
    if (entry.kind === 'submodule') left(entry.path, 'is in a submodule, whose files this repository does not have');
    else wanted.set(entry.object, [...(wanted.get(entry.object) ?? []), entry]);
  }
  const links: { readonly path: string; readonly target: string }[] = [];
  let bytes = 0;
  const seen = new Set<string>();
  const read = await readObjects(
    root,
    [...wanted.keys()],
    { largest: largestFile, signal },
    async (object, content) => {
      seen.add(object);
      for (const { path, kind } of wanted.get(object) ?? []) {
        if (content === undefined) left(path, `is larger than ${largestFile / (1024 * 1024)} MB`);
        else if (kind === 'link') links.push({ path, target: content.toString('utf8') });
        else if (isLfsPointer(content)) left(path, 'is kept in Git LFS: the repository has only a pointer to it');
        else {
          bytes += content.length;
          if (bytes > mostBytes) continue;
          // A hand-made tree may have a name twice: existing links are never followed.
          await writeFile(join(base, path), content, { flag: 'wx', mode: kind === 'program' ? 0o700 : 0o600 });
        }
      }
    },
  );
  if (!read.ok) return fail(`git cannot read the files of ${ref} in ${root}: ${read.error.says}`);
  if (bytes > mostBytes) return fail(tooMuch(ref, `more than ${mostBytes / (1024 * 1024)} MB`), checkOut(ref));
  for (const [object, entries] of wanted) {
    if (!seen.has(object)) for (const { path } of entries) left(path, 'is not in this clone of the repository');
  }
  leftOut.push(...(await makeLinks(base, links)));
  for (const { path } of leftOut.filter(one => isBelow(one.path))) await barPath(join(base, path));
  return ok(leftOut);
}

/** Makes those links that stay within the folder; the others are told. */
async function makeLinks(
  base: string,
  links: readonly { readonly path: string; readonly target: string }[],
): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  const made: string[] = [];
  for (const { path, target } of links) {
    if (target !== '' && !target.startsWith('/') && isBelow(join(dirname(path), target))) {
      await symlink(target, join(base, path));
      made.push(path);
    } else leftOut.push({ path, why: `is a link that leads out of the repository, to ${target}` });
  }
  // By way of another link, `..` may lead elsewhere than it looks.
  for (const path of made) {
    const real = await realpath(join(base, path)).catch(() => undefined);
    if (real !== undefined && (real === base || real.startsWith(base + sep))) continue;
    const target = await readlink(join(base, path));
    const why = real === undefined ? 'to nothing' : 'out of the repository';
    leftOut.push({ path, why: `is a link that leads ${why} in this revision (${target})` });
  }
  return leftOut;
}

/** Makes a link to itself: opening it fails with ELOOP, while a missing file might be taken for an optional one. */
async function barPath(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await symlink(path.slice(path.lastIndexOf('/') + 1), path);
}

function isBelow(path: string): boolean {
  const whole = normalize(path);
  const isOdd = path.includes('\0') || path.includes('\uFFFD') || path.split('/').includes('.git');
  return !isOdd && path !== '' && whole !== '..' && !whole.startsWith('../') && !whole.startsWith('/');
}

function isLfsPointer(content: Buffer): boolean {
  return (
    content.length < 1024 && content.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs.github')
  );
}

function tooMuch(ref: string, what: string): string {
  return `${ref} has ${what}: more than is copied to read it`;
}

function checkOut(ref: string): string {
  return `check it out beside this one: git worktree add ../FOLDER ${ref}`;
}
