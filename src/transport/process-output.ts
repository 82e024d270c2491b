import type { Readable } from 'node:stream';
import { deferred } from '../process/deferred.ts';

/**
 * A process's output as the port has it: bytes, read as they are wanted. A stream that breaks off ends, since how the
 * process ended is told by its exit; once `gone` has fired, what is still held back is dropped.
 *
 * Not the stream's own iterator: that one destroys the stream when its reader stops, and waits on for a host that is
 * silent after the channel was given up.
 */
export async function* processOutput(stream: Readable, gone: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  let wake = (): void => undefined;
  let ended = stream.readableEnded;
  const onChange = (): void => wake();
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  stream.on('readable', onChange);
  for (const event of endings) stream.on(event, onEnd);
  gone.addEventListener('abort', onChange);
  try {
    while (!gone.aborted) {
      const chunk = stream.read() as Uint8Array | null;
      if (chunk !== null) {
        yield chunk;
      } else if (ended || stream.destroyed) {
        return;
      } else {
        const change = deferred();
        wake = change.resolve;
        await change.promise;
      }
    }
  } finally {
    stream.off('readable', onChange);
    for (const event of endings) stream.off(event, onEnd);
    gone.removeEventListener('abort', onChange);
  }
}

const endings = ['end', 'close', 'error'] as const;
