import { ok, type Result } from '../model/result.ts';

/** A file that is read by ranges, wherever it is: what a reader needs of 150 MB is a few hundred kB. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes of a range that lies within the file. The error says why they cannot be had. */
  readAt(offset: number, length: number): Promise<Result<Uint8Array, string>>;
}

/** A file that is in memory as a whole. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    readAt: (offset, length) => Promise.resolve(ok(bytes.subarray(offset, offset + length))),
  };
}
