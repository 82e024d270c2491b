import type { Writable } from 'node:stream';
import type { RemoteInput } from './transport.ts';

/**
 * A process's standard input as the port has it: a peer that reads no more is a value. `over` fires when the process or
 * its channel is gone; a stream of ssh2 itself says nothing then to whoever waits for a write.
 */
export function remoteInput(stream: Writable, over: AbortSignal): RemoteInput {
  let closed = false;
  const close = (): void => {
    closed = true;
  };
  // Also so that an error (EPIPE) is heard by somebody.
  stream.on('error', close);
  stream.once('close', close);
  over.addEventListener('abort', close, { once: true });
  const isOpen = (): boolean => !closed && !over.aborted && !stream.destroyed && !stream.writableEnded;
  return {
    write(bytes) {
      if (!isOpen()) return Promise.resolve('closed');
      return new Promise(resolve => {
        const settle = (how: 'written' | 'closed'): void => {
          stream.off('close', onClose);
          over.removeEventListener('abort', onClose);
          resolve(how);
        };
        const onClose = (): void => settle('closed');
        stream.once('close', onClose);
        over.addEventListener('abort', onClose, { once: true });
        stream.write(bytes, error => settle(error ? 'closed' : 'written'));
      });
    },
    end() {
      if (isOpen()) stream.end();
    },
  };
}
