import { createReadStream } from 'node:fs';
import { err, ok, type Result } from '../model/result.ts';

export interface TextFileProblem {
  readonly kind: 'missing' | 'directory' | 'denied' | 'too-large' | 'failed';
  /** A sentence that names the file, without a full stop. */
  readonly message: string;
}

/** Reads a text of at most this many bytes: the path may be a device without an end. Invalid UTF-8 becomes U+FFFD. */
export async function readTextFile(path: string, largestBytes: number): Promise<Result<string, TextFileProblem>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > largestBytes) {
        const most = largestBytes / (1024 * 1024);
        return err({ kind: 'too-large', message: `${path} is larger than ${most} MB` });
      }
    }
  } catch (error) {
    return err(explain(path, error as NodeJS.ErrnoException));
  }
  return ok(Buffer.concat(chunks).toString('utf8'));
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): TextFileProblem {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing', message: `there is no file ${path}` };
    case 'EISDIR':
      return { kind: 'directory', message: `${path} is a directory` };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'denied', message: `${path} may not be read by this user` };
    default:
      return { kind: 'failed', message: `cannot read ${path}: ${message}` };
  }
}
