import { err, ok, type Result } from '../model/result.ts';
import { type GitTrouble, runGit } from './run-git.ts';

export interface ObjectLimits {
  /** In bytes; the content of a larger object is `undefined`. */
  readonly largest: number;
  readonly signal: AbortSignal;
}

/** Contents of a large repository may have to be put together from many pieces on a slow disk. */
const limitMs = 120_000;

/** Reads contents, one after the other, in the order of the names; each is called with once it is whole. */
export async function readObjects(
  root: string,
  objects: readonly string[],
  { largest, signal }: ObjectLimits,
  use: (object: string, content: Buffer | undefined) => Promise<void>,
): Promise<Result<void, GitTrouble>> {
  if (objects.length === 0) return ok(undefined);
  let held: Buffer[] = [];
  let heldBytes = 0;
  let head: { readonly object: string; readonly size: number } | undefined;
  /** Bytes of a content that is too large, and of the newline behind each. */
  let skip = 0;
  const take = async (chunk: Buffer): Promise<void> => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (head !== undefined && skip === 0 && heldBytes < head.size) return;
    let rest = Buffer.concat(held);
    while (rest.length > 0) {
      if (skip > 0) {
        const past = Math.min(skip, rest.length);
        skip -= past;
        rest = rest.subarray(past);
        continue;
      }
      if (head === undefined) {
        const end = rest.indexOf(10);
        if (end === -1) break;
        head = readHead(rest.subarray(0, end).toString('latin1'));
        rest = rest.subarray(end + 1);
        // `OBJECT missing` has no content behind it.
        if (head === undefined) continue;
      }
      if (head.size > largest) {
        await use(head.object, undefined);
        skip = head.size + 1;
      } else if (rest.length >= head.size) {
        await use(head.object, rest.subarray(0, head.size));
        rest = rest.subarray(head.size);
        skip = 1;
      } else break;
      head = undefined;
    }
    held = [rest];
    heldBytes = rest.length;
  };
  const input = objects.map(object => `${object}\n`).join('');
  const read = await runGit(root, ['cat-file', '--batch'], { signal, limitMs, input, onOutput: take });
  return read.ok ? ok(undefined) : err(read.error);
}

/** `OBJECT TYPE SIZE` */
function readHead(line: string): { readonly object: string; readonly size: number } | undefined {
  const [, object, size] = /^([0-9a-f]+) \w+ (\d+)$/.exec(line) ?? [];
  return object === undefined ? undefined : { object, size: Number(size) };
}
