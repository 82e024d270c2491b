import { closeSync, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { retryOutOfFiles } from './out-of-files.ts';

const KB = 1024;
const MB = 1024 * KB;

/** The most bytes that a text may have which a person, or a program of theirs, has written: an inventory of 100,000 hosts has 10 MB. */
export const largestText: number = 64 * MB;

/** The same for a password or a certificate. */
export const largestSecret: number = MB;

/** The same for a key: one of RSA with 16,384 bits has 13 kB. A longer one would be looked through for too long. */
export const largestKey: number = 64 * KB;

/**
 * Reads a file whole, if it has no more than so many bytes. Others choose what a path leads to: a device without an end is too large,
 * and a pipe with a name, which may have no writer, is refused; those of a shell's `<(…)` are read. Throws errors of the file system
 * (of ours the message is a clause without the path), and the reason of `signal`.
 */
export async function readWithin(path: string, largestBytes: number, signal?: AbortSignal): Promise<Buffer> {
  refuseWaiting(path, await stat(path));
  return retryOutOfFiles(() => readOnce(path, largestBytes, signal));
}

async function readOnce(path: string, largestBytes: number, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBytes) throw tooLarge(largestBytes);
  }
  return Buffer.concat(chunks);
}

/** The same at once, for a file that decides what comes next. */
export function readWithinSync(path: string, largestBytes: number): Buffer {
  const found = statSync(path);
  refuseWaiting(path, found);
  // A byte more than a file has shows that it ends there; those of /proc do not tell how long they are.
  const atOnce = found.isFile() ? Math.min(Math.max(found.size + 1, 4096), MB) : MB;
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ; ) {
      const chunk = Buffer.allocUnsafe(atOnce);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      size += count;
      if (size > largestBytes) throw tooLarge(largestBytes);
    }
  } finally {
    closeSync(file);
  }
}

function refuseWaiting(path: string, found: Stats): void {
  const isAnonymous = /^\/(?:dev|proc)\//.test(path);
  if (found.isSocket() || (found.isFIFO() && !isAnonymous)) {
    throw Object.assign(new Error('it is a pipe or a socket'), { code: 'ENOTSUP' });
  }
}

function tooLarge(largestBytes: number): NodeJS.ErrnoException {
  const most = largestBytes < MB ? `${largestBytes / KB} kB` : `${largestBytes / MB} MB`;
  return Object.assign(new Error(`it is larger than ${most}`), { code: 'EFBIG' });
}
