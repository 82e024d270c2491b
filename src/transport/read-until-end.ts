import type { Readable } from 'node:stream';

/** A stream's bytes; one that breaks off ends, since how the process ended is told by its exit. */
export async function* readUntilEnd(stream: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch {
    return;
  }
}
