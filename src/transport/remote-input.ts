import type { Writable } from 'node:stream';
import type { RemoteInput } from './transport.ts';

/** A process's standard input as the port has it: a peer that reads no more is a value. */
export function remoteInput(stream: Writable): RemoteInput {
  let closed = false;
  stream.on('error', () => {
    closed = true;
  });
  stream.once('close', () => {
    closed = true;
  });
  return {
    write(bytes) {
      if (closed || stream.destroyed || stream.writableEnded) return Promise.resolve('closed');
      return new Promise(resolve => {
        const onClose = (): void => resolve('closed');
        stream.once('close', onClose);
        stream.write(bytes, error => {
          stream.off('close', onClose);
          resolve(error ? 'closed' : 'written');
        });
      });
    },
    end() {
      if (!closed && !stream.destroyed && !stream.writableEnded) stream.end();
    },
  };
}
