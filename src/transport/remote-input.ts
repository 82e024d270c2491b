import type { Writable } from 'node:stream';
import { onAbort } from '../process/on-abort.ts';
import type { RemoteInput } from './transport.ts';

/**
 * A process's standard input as the port has it: a peer that reads no more is a value. `over` fires when the process or
 * its channel is gone; a stream of ssh2 itself says nothing then to a caller that waits for a write.
 */
export function remoteInput(stream: Writable, over: AbortSignal): RemoteInput {
  const waiting = new Set<(how: 'written' | 'closed') => void>();
  let isClosed = over.aborted;
  const close = (): void => {
    isClosed = true;
    for (const settle of waiting) settle('closed');
    waiting.clear();
  };
  // Also so that an error (EPIPE) is heard by somebody.
  stream.on('error', close);
  stream.once('close', close);
  onAbort(over, close);
  const isOpen = (): boolean => !isClosed && !stream.destroyed && !stream.writableEnded;
  return {
    write(bytes) {
      if (!isOpen()) return Promise.resolve('closed');
      return new Promise(resolve => {
        waiting.add(resolve);
        stream.write(bytes, error => {
          waiting.delete(resolve);
          resolve(error ? 'closed' : 'written');
        });
      });
    },
    end() {
      if (isOpen()) stream.end();
    },
  };
}
