import { EventEmitter } from 'node:events';
import type { OutputStream } from '../../src/report/live/output-stream.ts';

/** A stream that keeps what is written, and is full or broken when told so. */
export interface MemoryStream extends OutputStream {
  text(): string;
  /** From now on `write` returns false, until it drains. */
  fill(): void;
  drain(): void;
  /** What a pipe does whose reader has gone. */
  break(): void;
}

/** `log` is shared by streams whose order among each other matters. */
export function createMemoryStream(log: string[] = []): MemoryStream {
  const emitter = new EventEmitter();
  const own: string[] = [];
  let full = false;
  return {
    write(text) {
      own.push(text);
      log.push(text);
      return !full;
    },
    on: (event, listener) => emitter.on(event, listener),
    text: () => own.join(''),
    fill() {
      full = true;
    },
    drain() {
      full = false;
      emitter.emit('drain');
    },
    break() {
      emitter.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  };
}
