import { Readable, Writable } from 'node:stream';
import { type Field, message } from './packets.ts';

/** Sends a packet; the callback comes when it is handed on, with an error if it will never be. */
export type Send = (type: number, fields: readonly Field[], onHandedOn?: (error?: Error | null) => void) => void;

interface Output {
  readonly stream: Readable;
  push(bytes: Buffer): void;
  end(): void;
}

/** The outputs of one channel. They share its window, which is opened again as they are read. */
export function createOutputs(windowBytes: number, adjust: (bytes: number) => void): { readonly output: () => Output } {
  let earned = 0;
  const earn = (bytes: number): void => {
    earned += bytes;
    // Not for each packet: that would be one of ours for one of theirs.
    if (earned < windowBytes / 4) return;
    adjust(earned);
    earned = 0;
  };
  return {
    output() {
      let held = 0;
      let isOpen = true;
      const stream = new Readable({
        read() {
          earn(held);
          held = 0;
        },
      });
      return {
        stream,
        push(bytes) {
          if (!isOpen || bytes.length === 0) return;
          held += bytes.length;
          if (held > windowBytes) throw new RangeError('the server sends more than its window allows');
          if (!stream.push(bytes)) return;
          earn(held);
          held = 0;
        },
        end() {
          if (isOpen) stream.push(null);
          isOpen = false;
        },
      };
    },
  };
}

/** A command's input: written as far as the server's window is open. */
export function createInput(
  toServer: Send,
  maxPacket: () => number,
): { readonly stdin: Writable; readonly addWindow: (bytes: number) => void } {
  let window = 0;
  let waiting: { rest: Buffer; readonly done: (error?: Error | null) => void } | undefined;
  const flush = (): void => {
    while (waiting !== undefined && window > 0) {
      const piece = waiting.rest.subarray(0, Math.min(window, maxPacket()));
      if (piece.length === 0) return;
      window -= piece.length;
      waiting.rest = waiting.rest.subarray(piece.length);
      const { rest, done } = waiting;
      if (rest.length === 0) waiting = undefined;
      toServer(message.data, [{ string: piece }], rest.length === 0 ? done : undefined);
    }
  };
  const stdin = new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length === 0) return done();
      waiting = { rest: chunk, done };
      flush();
    },
    final(done) {
      toServer(message.eof, []);
      done();
    },
    destroy(error, done) {
      waiting = undefined;
      done(error);
    },
  });
  return {
    stdin,
    addWindow(bytes) {
      window += bytes;
      flush();
    },
  };
}
