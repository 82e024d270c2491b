import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface AppendFiles {
  append(path: string, text: string): void;
  /** Undefined while little is held back; else resolves when it is written. */
  congestion(): Promise<void> | undefined;
  /** Writes all that is held back and stops the timer. Never rejects. */
  close(): Promise<void>;
}

/**
 * Text for many files, held back for at most `flushIntervalMs` and then written with few files open at a time: a fleet
 * has more hosts than a process may have open files. After an error a file gets nothing more, since half of a line may
 * stand at its end, and `onFailure` hears of the first error only.
 */
export function createAppendFiles(onFailure: (error: Error) => void): AppendFiles {
  let held = new Map<string, string[]>();
  let heldLength = 0;
  const broken = new Set<string>();
  let flushing: Promise<void> | undefined;

  const write = async (path: string, texts: readonly string[]) => {
    if (broken.has(path)) return;
    try {
      await appendOnce(path, texts.join(''));
    } catch (error) {
      broken.add(path);
      if (broken.size === 1) onFailure(error as Error);
    }
  };
  const flushAll = async () => {
    while (held.size > 0) {
      const batch = [...held];
      held = new Map();
      heldLength = 0;
      for (let at = 0; at < batch.length; at += filesAtOnce) {
        await Promise.all(batch.slice(at, at + filesAtOnce).map(([path, texts]) => write(path, texts)));
      }
    }
    flushing = undefined;
  };
  // One flush at a time, so that what one host printed stays in order.
  const flush = () => {
    if (held.size > 0) flushing ??= flushAll();
    return flushing;
  };
  const timer = setInterval(flush, flushIntervalMs);

  return {
    append(path, text) {
      const texts = held.get(path);
      if (texts === undefined) held.set(path, [text]);
      else texts.push(text);
      heldLength += text.length;
      if (heldLength > flushLength) void flush();
    },
    congestion: () => (heldLength > congestedLength ? flush() : undefined),
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
