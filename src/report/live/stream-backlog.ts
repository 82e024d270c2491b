import type { OutputStream } from './output-stream.ts';

/** A stream, and the text that it does not take yet: held here, so that it is seen to take one piece after the other. */
export interface StreamBacklog {
  /** To the stream, or behind what is held. */
  send(text: string): void;
  /** Whether the stream asked to wait, and has not yet said that it has room again. */
  isFull(): boolean;
  /** How much is held, in UTF-16 units. */
  size(): number;
  /** The stream has room again: it gets what is held, until it is full or nothing is left. */
  drain(): void;
  /** The stream is gone: what is held is dropped, and so is all that is sent from now on. */
  abandon(): void;
  isGone(): boolean;
}

export function createStreamBacklog(stream: OutputStream): StreamBacklog {
  let pieces: string[] = [];
  let size = 0;
  let isFull = false;
  let isGone = false;
  const put = (text: string) => {
    if (!stream.write(text)) isFull = true;
  };
  const hold = (text: string) => {
    const last = pieces.length - 1;
    const piece = pieces[last];
    if (piece === undefined || piece.length >= pieceLength) pieces.push(text);
    else pieces[last] = piece + text;
    size += text.length;
  };
  return {
    send(text) {
      if (isGone || text === '') return;
      if (isFull || pieces.length > 0) hold(text);
      else put(text);
    },
    isFull: () => isFull,
    size: () => size,
    drain() {
      isFull = false;
      while (!isFull) {
        const piece = pieces.shift();
        if (piece === undefined) break;
        size -= piece.length;
        put(piece);
      }
    },
    abandon() {
      isGone = true;
      pieces = [];
      size = 0;
    },
    isGone: () => isGone,
  };
}

/** In UTF-16 units. A reader that takes one in the time that is granted is slow, but does not stand still. */
const pieceLength = 16 * 1024;
