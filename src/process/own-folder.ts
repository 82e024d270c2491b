import { readFileSync, type Stats } from 'node:fs';
import { lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ownUid } from './own-account.ts';

/**
 * Makes a directory and its parents, accessible only to its owner. Throws errors of the file system, and one that says whose the
 * directory is if others could put something into it or in its place. (Node's own `recursive` never ends below folders such as
 * /proc, and below a read-only one it reports a missing folder.)
 */
export async function makeOwnFolder(path: string): Promise<void> {
  // Before as well: nothing is made in a folder of somebody else's.
  const before = await whoElseWrites(path);
  if (before !== undefined) throw new Error(before);
  await makeWithParents(path);
  const whose = await whoElseWrites(path);
  if (whose !== undefined) throw new Error(whose);
}

async function makeWithParents(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    if (!isThere) throw error;
  }
}

/**
 * Who but this user and root could change what is in a directory, or put another one in its place, as a clause with the path;
 * undefined where nobody can. Its parents count, as they do for the files of ssh: modules that are
 * loaded come from there. Where a folder is sticky, as /tmp is, everybody has what is their own. `ours` are the users that
 * count as this one.
 */
export async function whoElseWrites(path: string, ours: readonly number[] = [ownUid()]): Promise<string | undefined> {
  for (let at = await realNearest(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    const whose = found?.isDirectory() ? whoWrites(found, ours) : undefined;
    if (whose !== undefined) return `${at} ${whose}`;
    if (dirname(at) === at) return whoElseLinks(path, ours);
  }
}

/** The same of the links in a path, and of the folders that they lie in: who could turn one round, to lead elsewhere the next time. */
async function whoElseLinks(path: string, ours: readonly number[]): Promise<string | undefined> {
  let at = '/';
  const left = resolve(path).split('/').filter(Boolean);
  for (let links = 0; links <= mostLinks; ) {
    const name = left.shift();
    if (name === undefined) return undefined;
    const next = join(at, name);
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isSymbolicLink()) {
      at = next;
      continue;
    }
    const folder = await stat(at).catch(() => undefined);
    const whose = folder === undefined ? undefined : whoWrites(folder, ours);
    if (whose !== undefined) return `${at} ${whose}`;
    if (found.uid !== 0 && !ours.includes(found.uid) && !isOfOutside(found.uid)) {
      return `${next} is a link of another user (${found.uid})`;
    }
    const target = await readlink(next).catch(() => '');
    if (isAbsolute(target)) at = '/';
    left.unshift(...target.split('/').filter(part => part !== '' && part !== '.'));
    links++;
  }
  return `${path} has too many links in it`;
}

/** As the kernel has it (MAXSYMLINKS). */
const mostLinks = 40;

/** Without links; of what is not there the nearest parent. */
async function realNearest(path: string): Promise<string> {
  return realpath(path).catch(() => (dirname(path) === path ? path : realNearest(dirname(path))));
}

/** Who but `ours` and root could change one file or directory, as a clause without its path; undefined where nobody can. */
export function whoWrites(
  found: Pick<Stats, 'uid' | 'gid' | 'mode' | 'isDirectory'>,
  ours: readonly number[] = [ownUid()],
): string | undefined {
  const { uid, gid, mode } = found;
  const isFolder = found.isDirectory();
  if (uid !== 0 && !ours.includes(uid) && !(isFolder && isOfOutside(uid))) return `belongs to another user (${uid})`;
  if (isFolder && (mode & sticky) !== 0) return undefined;
  if ((mode & 0o002) !== 0) return 'may be written to by everybody';
  // A group of one's own has the same number on Debian, Fedora and their like, whose umask of 002 gives it everything.
  const isOwnGroup = gid === 0 || (gid === uid && ours.includes(uid));
  return (mode & 0o020) !== 0 && !isOwnGroup ? `may be written to by a group (${gid})` : undefined;
}

const sticky = 0o1000;

/**
 * What the owners outside of a user namespace are in it (`/proc/sys/kernel/overflowuid`): in a container, those of its host. Where all
 * users are known, that number is an account like others: `nobody`.
 */
const unmapped = 65_534;

function isOfOutside(uid: number): boolean {
  return uid === unmapped && !knowsAllUsers();
}

let areAllKnown: boolean | undefined;

/** Outside of all user namespaces one line maps all numbers to themselves (user_namespaces(7)). */
function knowsAllUsers(): boolean {
  areAllKnown ??= /^\s*0\s+0\s+4294967295\s*$/.test(readUidMap());
  return areAllKnown;
}

function readUidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8');
  } catch {
    return '';
  }
}
