import type { ByteSource } from '../elf/byte-source.ts';
import { err, ok, type Result } from '../model/result.ts';
import { type CommandOptions, runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';

export interface RemoteFileOptions extends Pick<CommandOptions, 'signal' | 'as'> {
  /** Absolute. */
  readonly path: string;
  /** In bytes, as the host has said it. */
  readonly size: number;
  /** For each piece of 4 MB, in milliseconds. */
  readonly limitMs: number;
}

/**
 * A file of a host, read by ranges with `dd`, in whole blocks: of those that are next to each other a reader asks for several
 * small parts, and they come at once. The error of a read is a clause. Throws only the reason of `signal`.
 */
export function remoteFile(connection: Connection, options: RemoteFileOptions): ByteSource {
  const blocks = new Map<number, Uint8Array>();
  const readBlocks = async (first: number, count: number): Promise<Result<Uint8Array, string>> => {
    const kept = Array.from({ length: count }, (_, index) => blocks.get(first + index));
    if (kept.every(block => block !== undefined)) return ok(Buffer.concat(kept));
    const read = await readPiece(connection, options, first, count);
    if (read.ok && count <= fewBlocks) {
      for (let index = 0; index < count; index++) {
        blocks.set(first + index, read.value.subarray(index * blockBytes, (index + 1) * blockBytes));
      }
    }
    return read;
  };
  return {
    size: options.size,
    async readAt(offset, length) {
      const first = Math.floor(offset / blockBytes);
      const behind = Math.ceil((offset + length) / blockBytes);
      const pieces: Uint8Array[] = [];
      for (let at = first; at < behind; at += pieceBlocks) {
        const read = await readBlocks(at, Math.min(pieceBlocks, behind - at));
        if (!read.ok) return read;
        pieces.push(read.value);
      }
      const start = offset - first * blockBytes;
      return ok(Buffer.concat(pieces).subarray(start, start + length));
    },
  };
}

const blockBytes = 64 * 1024;
/** Pieces of so many blocks are kept: tables of headers and names. */
const fewBlocks = 8;
/** Of 4 MB: as much as one command may bring. */
const pieceBlocks = 64;

async function readPiece(
  connection: Connection,
  { path, signal, as, limitMs }: RemoteFileOptions,
  first: number,
  count: number,
): Promise<Result<Uint8Array, string>> {
  const pieces: Buffer[] = [];
  const argv = ['dd', `if=${path}`, `bs=${blockBytes}`, `skip=${first}`, `count=${count}`] as const;
  const ran = await runCommand(connection, argv, {
    ...{ signal, as, limitMs },
    // What dd says of its work is short; so is why it cannot.
    maxOutputBytes: count * blockBytes + 10_000,
    hear: text => pieces.push(Buffer.from(text, 'latin1')),
  });
  if (!ran.ok) return err(`it cannot be read: ${ran.error.cause}`);
  const { exit } = ran.value;
  if (exit.kind === 'code' && exit.code === 0) return ok(Buffer.concat(pieces));
  const why = exit.kind === 'lost' ? exit.cause : (ran.value.stderr.trim().split('\n')[0] ?? '');
  return err(`it cannot be read: ${why === '' ? 'dd has failed' : why}`);
}
