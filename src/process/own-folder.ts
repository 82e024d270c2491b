import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownUid } from './own-account.ts';

/**
 * Makes a directory and its parents, accessible only to its owner. Throws errors of the file system, and one that says whose the
 * directory is if others could put something into it or in its place. (Node's own `recursive` never ends below folders such as
 * /proc, and below a read-only one it reports a missing folder.)
 */
export async function makeOwnFolder(path: string): Promise<void> {
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
 * loaded come from there. Where a folder is sticky, as /tmp is, everybody has what is their own.
 */
export async function whoElseWrites(path: string): Promise<string | undefined> {
  for (let at = await realNearest(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    const whose = found?.isDirectory() ? whoWrites(found) : undefined;
    if (whose !== undefined) return `${at} ${whose}`;
    if (dirname(at) === at) return undefined;
  }
}

/** Without links; of what is not there the nearest parent. */
async function realNearest(path: string): Promise<string> {
  return realpath(path).catch(() => (dirname(path) === path ? path : realNearest(dirname(path))));
}

function whoWrites({ uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }) {
  if (![0, ownUid(), unmapped].includes(uid)) return `belongs to another user (${uid})`;
  if ((mode & sticky) !== 0) return undefined;
  if ((mode & 0o002) !== 0) return 'may be written to by everybody';
  // A group of one's own has the same number on Debian, Fedora and their like, whose umask of 002 gives it everything.
  const isOwnGroup = gid === 0 || (gid === uid && uid === ownUid());
  return (mode & 0o020) !== 0 && !isOwnGroup ? `may be written to by a group (${gid})` : undefined;
}

const sticky = 0o1000;

/** What the owners outside of a user namespace are in it (`/proc/sys/kernel/overflowuid`): in a container, those of its host. */
const unmapped = 65_534;
