import { err, ok, type Result } from '../model/result.ts';
import { readWithin } from '../process/read-within.ts';

export interface TextFileProblem {
  readonly kind: 'missing' | 'directory' | 'denied' | 'too-large' | 'failed';
  /** A sentence that names the file, without a full stop. */
  readonly message: string;
}

/** Reads a text of at most this many bytes. Invalid UTF-8 becomes U+FFFD. */
export async function readTextFile(path: string, largestBytes: number): Promise<Result<string, TextFileProblem>> {
  try {
    const bytes = await readWithin(path, largestBytes);
    return ok(bytes.toString('utf8'));
  } catch (error) {
    return err(explain(path, error as NodeJS.ErrnoException));
  }
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
    case 'EFBIG':
      return { kind: 'too-large', message: message.replace(/^it/, () => path) };
    default:
      return { kind: 'failed', message: `cannot read ${path}: ${message}` };
  }
}
