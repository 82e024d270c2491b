import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { makeOwnFolder } from '../../process/own-folder.ts';
import { type LockAttempt, type LockFile, type LockHolder, removeStaleLock, takeLockFile } from './lock-file.ts';
import { identifyOwnProcess } from './process-identity.ts';

/** What only one run at a time may use. */
export interface LockSubject {
  /** The inventory's sources by their real paths; their order does not matter. */
  readonly sources: readonly string[];
  readonly module: string;
}

export interface LockWishes {
  /** Where the locks of this user are; made if need be, for its owner's eyes only. */
  readonly directory: string;
  readonly run: RunId;
  readonly playbook: string;
  /** How long to wait for others, in seconds; 0: not at all. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
  /** Called once, if it has to be waited. */
  readonly onWait: (held: HeldLock) => void;
}

export type HeldLock = Extract<LockAttempt, { readonly kind: 'held' }>;

export type LockTrouble = HeldLock | { readonly kind: 'unusable'; readonly cause: string };

/**
 * Takes the locks of all subjects, or none; while it waits it holds none, so that no two can wait for each other. Throws
 * only the reason of the signal.
 */
export async function takeRunLocks(
  subjects: readonly LockSubject[],
  wishes: LockWishes,
): Promise<Result<AsyncDisposable, LockTrouble>> {
  const { directory, waitSeconds, signal, onWait } = wishes;
  const named = new Map(subjects.map(subject => [lockFileName(subject), subject]));
  const sorted = [...named].sort(([left], [right]) => (left < right ? -1 : 1));
  const deadline = performance.now() + waitSeconds * 1000;
  for (let waited = false; ; ) {
    signal.throwIfAborted();
    const attempt = await tryAll(sorted, wishes).catch((error: Error) => unusable(directory, error));
    if (attempt.kind === 'taken') return ok(hold(attempt.locks));
    if (attempt.kind === 'unusable' || performance.now() >= deadline) return err(attempt);
    if (!waited) onWait(attempt);
    waited = true;
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Removes the locks of ended runs, and drafts that a crash has left. Resolves to the names of the files. */
export async function pruneLocks(directory: string, mode: 'remove' | 'only-look'): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const by: LockHolder = { ...(await identifyOwnProcess()), run: '', since: now(), playbook: '', module: '' };
  const removed: string[] = [];
  for (const name of names.filter(one => /^[0-9a-f]{32}\.lock(?:\.[0-9a-f-]+(?:\.new)?)*$/.test(one)).sort()) {
    const path = join(directory, name);
    const isGone = name.endsWith('.new') ? await removeOldDraft(path, mode) : await removeStaleLock(path, by, mode);
    if (isGone) removed.push(name);
  }
  return removed;
}

/** How often it is looked whether a lock is free, in milliseconds. */
const pollMs = 250;

/** How often locks are renewed, in milliseconds: often enough for `unseenForMs`. */
const renewMs = 60_000;

/** A draft is needed for a second at most. */
const draftForMs = 60 * 60 * 1000;

export function lockFileName({ sources, module }: LockSubject): string {
  const text = JSON.stringify([[...new Set(sources)].sort(), module]);
  return `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.lock`;
}

async function tryAll(
  sorted: readonly (readonly [string, LockSubject])[],
  { directory, run, playbook }: LockWishes,
): Promise<{ readonly kind: 'taken'; readonly locks: readonly LockFile[] } | HeldLock> {
  await makeOwnFolder(directory);
  const own = { ...(await identifyOwnProcess()), run, since: now(), playbook };
  const locks: LockFile[] = [];
  try {
    for (const [name, { module }] of sorted) {
      const attempt = await takeLockFile(join(directory, name), { ...own, module });
      if (attempt.kind === 'held') return attempt;
      locks.push(attempt.lock);
    }
    return { kind: 'taken', locks: locks.splice(0) };
  } finally {
    for (const lock of locks) await lock.release();
  }
}

function hold(locks: readonly LockFile[]): AsyncDisposable {
  const timer = setInterval(() => {
    for (const lock of locks) void lock.renew();
  }, renewMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // What cannot be released is stale as soon as this process has ended.
      for (const lock of locks) await lock.release().catch(() => undefined);
    },
  };
}

function unusable(directory: string, { message }: Error): LockTrouble {
  return { kind: 'unusable', cause: `cannot take a lock in ${directory}: ${message}` };
}

async function removeOldDraft(path: string, mode: 'remove' | 'only-look'): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  if (Date.now() - mtimeMs < draftForMs) return false;
  if (mode === 'remove') await rm(path, { force: true });
  return true;
}

function now(): string {
  return new Date().toISOString();
}
