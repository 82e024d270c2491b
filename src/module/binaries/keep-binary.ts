import { createReadStream } from 'node:fs';
import type { ElfBuildId } from '../../model/ids.ts';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { limitSignal } from '../../process/limit-signal.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import type { Connection, RemoteProcess } from '../../transport/transport.ts';
import type { BinaryPart, StoredBinary } from './binary-store.ts';
import { keepBinaryScript } from './keep-binary.generated.ts';

export interface SendOptions {
  readonly binary: StoredBinary;
  readonly buildId: ElfBuildId;
  readonly part: BinaryPart;
  readonly signal: AbortSignal;
  /** How long it may take, in milliseconds. */
  readonly limitMs: number;
}

/** In days, and in kilobytes: what a build host keeps at most. */
const kept = { days: 30, most: 2_000_000 };

/**
 * Streams a binary from the store to a build host, which keeps it for this and later builds. The error says why it does not, as a
 * clause. Throws only the reason of `signal`.
 */
export async function keepBinary(connection: Connection, options: SendOptions): Promise<Result<void, string>> {
  const { binary, buildId, part, signal, limitMs } = options;
  const nonce = newNonce();
  const ending = part === 'binary' ? '' : '.debug';
  const words = [nonce, buildId, String(binary.bytes), ending, String(kept.days), String(kept.most)];
  using limited = limitSignal(signal, limitMs);
  try {
    const argv = ['sh', '-c', keepBinaryScript, 'tapbook-keep-binary', ...words] as const;
    const started = await connection.exec(argv, { signal: limited.signal, as: 'login-user' });
    if (!started.ok) return err(started.error.cause);
    const process = started.value;
    const [stdout, stderr] = await Promise.all([
      readEnd(process.stdout),
      readEnd(process.stderr),
      send(binary.file, process),
    ]);
    const exit = await process.exit;
    signal.throwIfAborted();
    if (limited.signal.aborted) return err(`it took longer than ${limitMs / 1000} s`);
    const answers = stdout.split('\n').map(line => splitAtNonce(line, nonce).words);
    const [, ...why] = answers.find(([first]) => first === 'failed') ?? [];
    if (why.length > 0) return err(printableLine(why.join(' '), 300));
    if (answers.some(([first]) => first === 'kept')) return ok(undefined);
    return err(exit.kind === 'lost' ? exit.cause : `it does not say so: ${printableLine(stderr, 300)}`);
  } catch (error) {
    signal.throwIfAborted();
    if (limited.signal.aborted) return err(`it took longer than ${limitMs / 1000} s`);
    throw error;
  }
}

async function send(file: string, { stdin }: RemoteProcess): Promise<void> {
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    if ((await stdin.write(chunk as Uint8Array)) === 'closed') return;
  }
  stdin.end();
}

/** The last of what is printed. */
async function readEnd(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let end = Buffer.alloc(0);
  for await (const chunk of chunks) end = Buffer.concat([end, chunk]).subarray(-mostOfEnd);
  return end.toString('utf8');
}

const mostOfEnd = 64 * 1024;
