import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { retryOutOfFiles } from '../../process/out-of-files.ts';
import { sayWriteError } from './say-write-error.ts';

export interface AppendFiles {
  append(path: string, text: string): void;
  /** Undefined while little is held back; else resolves when it is written. */
  congestion(): Promise<void> | undefined;
  /** Writes what is held back for these files; resolves to why one of them lacks something. Never rejects. */
  settle(paths: Iterable<string>): Promise<string | undefined>;
  /** Writes all that is held back. Never rejects. */
  flush(): Promise<void>;
  /** The same, and stops the timer. */
  close(): Promise<void>;
}

/**
 * Text for many files, held back for at most `flushIntervalMs` and then written with few files open at a time: a fleet
 * has more hosts than a process may have open files. Where no file can be opened for a while, because others have them all,
 * the text waits. After an error a file gets nothing more, since half of a line may stand at its end, and `onFailure` hears
 * of the first error only.
 */
export function createAppendFiles(onFailure: (reason: string) => void): AppendFiles {
  const held = new Map<string, string[]>();
  let heldLength = 0;
  const broken = new Map<string, string>();
  /** The last write of each file that is being written: what comes later waits for it. */
  const writing = new Map<string, Promise<void>>();
  const inTurn = pLimit(filesAtOnce);

  const write = async (path: string, before: Promise<void> | undefined): Promise<void> => {
    await before;
    await inTurn(async () => {
      const texts = held.get(path);
      held.delete(path);
      if (texts === undefined) return;
      const text = texts.join('');
      try {
        if (!broken.has(path)) await retryOutOfFiles(() => appendOnce(path, text));
      } catch (error) {
        const reason = sayWriteError(error as Error);
        broken.set(path, reason);
        if (broken.size === 1) onFailure(reason);
      }
      heldLength -= text.length;
    });
  };
  const flushOne = (path: string): Promise<void> | undefined => {
    const before = writing.get(path);
    if (!held.has(path)) return before;
    const done = write(path, before);
    writing.set(path, done);
    void done.then(() => {
      if (writing.get(path) === done) writing.delete(path);
    });
    return done;
  };
  let flushing: Promise<void> | undefined;
  // One at a time, each to the end: who waits for it has all written that was there before.
  const flushAll = async (): Promise<void> => {
    while (held.size > 0) await Promise.all([...held.keys()].map(flushOne));
    await Promise.all(writing.values());
    flushing = undefined;
  };
  const flush = (): Promise<void> => {
    flushing ??= flushAll();
    return flushing;
  };
  const timer = setInterval(() => {
    if (held.size > 0) void flush();
  }, flushIntervalMs);

  return {
    append(path, text) {
      const texts = held.get(path);
      if (texts === undefined) held.set(path, [text]);
      else texts.push(text);
      heldLength += text.length;
      if (heldLength > flushLength) void flush();
    },
    congestion: () => (heldLength > congestedLength ? flush() : undefined),
    async settle(paths) {
      const all = [...paths];
      await Promise.all(all.map(flushOne));
      return all.map(path => broken.get(path)).find(reason => reason !== undefined);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

async function appendOnce(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, text, { mode: 0o600 });
  }
}

/** A run that is killed loses at most this much. */
const flushIntervalMs = 500;
const filesAtOnce = 16;
/** In UTF-16 units, as are the two limits: near enough to bytes. */
const flushLength = 500_000;
const congestedLength = 1_000_000;
