import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyOwnProcess, judgeProcess, type ProcessIdentity } from './process-identity.ts';

/** The contents of a lock file: its holder and since when it is held. */
export interface LockHolder extends ProcessIdentity {
  readonly run: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly playbook: string;
  readonly module: string;
}

export interface LockFile {
  readonly path: string;
  /** Shows that the holder is alive, to processes that cannot see it. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly kind: 'taken'; readonly lock: LockFile }
  | { readonly kind: 'held'; readonly holder: LockHolder; readonly seen: 'alive' | 'out-of-sight' };

/** How long a lock of a process that cannot be seen is valid without being renewed. */
export const unseenForMs: number = 5 * 60 * 1000;

/**
 * Takes a lock that is a file. The process that makes the file holds the lock until the file is removed or the process ends.
 * The file appears whole, by a hard link. Of several processes that find a stale lock only one replaces it: the one that
 * gets a second lock of the same kind, which belongs to the stale lock, and that finds it still stale. Throws errors of the
 * file system.
 *
 * Not a kernel lock (flock, fcntl): Node has none without native code. Not by the file's age, as in proper-lockfile: a
 * suspended process would lose its lock, and one that crashed would keep it for a while.
 */
export async function takeLockFile(path: string, holder: LockHolder, depth = 0): Promise<LockAttempt> {
  const id = randomUUID();
  const draft = `${path}.${id}.new`;
  await writeFile(draft, `${JSON.stringify({ format, id, ...holder })}\n`, { mode: 0o600, flag: 'wx' });
  try {
    for (let tries = 0; tries < mostTries; tries++) {
      if (await linkAnew(draft, path)) return { kind: 'taken', lock: holdFile(path, id) };
      const found = await readLockFile(path);
      if (found === undefined) continue;
      const seen = await observeHolder(found);
      if (seen !== 'gone' && found.holder !== undefined) return { kind: 'held', holder: found.holder, seen };
      if (await replaceStale(found, draft, holder, depth)) return { kind: 'taken', lock: holdFile(path, id) };
      await sleep(5 + Math.random() * 20);
    }
    throw new Error(`${path} changes hands all the time`);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes a lock whose holder has ended; resolves to whether it is one. `only-look` removes nothing. */
export async function removeStaleLock(path: string, by: LockHolder, mode: 'remove' | 'only-look'): Promise<boolean> {
  const found = await readLockFile(path);
  if (found === undefined || (await observeHolder(found)) !== 'gone') return false;
  if (mode === 'only-look') return true;
  const attempt = await takeLockFile(path, by);
  if (attempt.kind === 'taken') await attempt.lock.release();
  return attempt.kind === 'taken';
}

const format = 'tapbook-lock/1';

/** Each waits for a few milliseconds. */
const mostTries = 200;

/** A lock, the one for its replacement, the one for that one's: each deeper one is another crash within milliseconds. */
const deepest = 3;

interface FoundLock {
  readonly path: string;
  readonly id: string;
  readonly ageMs: number;
  /** Undefined where the file is damaged: it was whole once, so a crash of the machine did that. */
  readonly holder: LockHolder | undefined;
}

/** Hard links, unlike renames, never replace what is there. */
async function linkAnew(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function replaceStale(found: FoundLock, draft: string, holder: LockHolder, depth: number): Promise<boolean> {
  if (depth === deepest) throw new Error(`${found.path} and the locks for its replacement are all stale: remove them`);
  const turn = createHash('sha256').update(found.id).digest('hex').slice(0, 8);
  const attempt = await takeLockFile(`${found.path}.${turn}`, holder, depth + 1);
  if (attempt.kind === 'held') return false;
  try {
    // Another process may have replaced the lock before, and ended since.
    if ((await readLockFile(found.path))?.id !== found.id) return false;
    await rename(draft, found.path);
    return true;
  } finally {
    await attempt.lock.release();
  }
}

async function observeHolder({ holder, ageMs }: FoundLock): Promise<'alive' | 'gone' | 'out-of-sight'> {
  if (holder === undefined) return 'gone';
  const seen = await judgeProcess(holder, await identifyOwnProcess());
  return seen === 'out-of-sight' && ageMs > unseenForMs ? 'gone' : seen;
}

function holdFile(path: string, id: string): LockFile {
  return {
    path,
    async renew() {
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
    },
    async release() {
      if ((await readLockFile(path))?.id === id) await rm(path, { force: true });
    },
  };
}

async function readLockFile(path: string): Promise<FoundLock | undefined> {
  try {
    const [text, { mtimeMs, ino }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { path, ageMs: Date.now() - mtimeMs, ...parseLock(text, ino) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseLock(text: string, inode: number): Pick<FoundLock, 'id' | 'holder'> {
  const damaged = { id: `inode ${inode}`, holder: undefined };
  let read: Record<string, unknown>;
  try {
    read = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return damaged;
  }
  const { id, pid } = read;
  if (typeof id !== 'string' || typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return damaged;
  const word = (name: string): string => (typeof read[name] === 'string' ? read[name] : '');
  const holder: LockHolder = {
    pid,
    started: word('started'),
    boot: word('boot'),
    space: word('space'),
    machine: word('machine'),
    run: word('run'),
    since: word('since'),
    playbook: word('playbook'),
    module: word('module'),
  };
  return { id, holder };
}
