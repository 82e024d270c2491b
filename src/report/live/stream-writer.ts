import { type Deferred, deferred } from '../../process/deferred.ts';

/** As much of a writable stream as reports need; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): boolean;
  on(event: 'drain' | 'error' | 'close', listener: (error?: Error) => void): unknown;
}

export interface StreamWriter {
  /** For what must not be lost: little, however much a fleet prints. */
  write(text: string): void;
  /**
   * For one line that a script printed, with its newline: written together with what else comes in the same go, in order
   * with `write`; left out and counted while the stream is stuck.
   */
  offer(line: string): void;
  /** Writes what `offer` has gathered: before something that is to stand below it is written elsewhere. */
  flush(): void;
  /** `full`: what is written now waits. `stuck`: it does so for too long, and nobody waits for it any more. */
  state(): 'free' | 'full' | 'stuck';
  /** Undefined while little is held, or the stream is stuck; else resolves when that is so, or the stream is gone. */
  congestion(): Promise<void> | undefined;
  /** The same, but waits for a stuck stream too: for who has nothing better to do. */
  room(): Promise<void> | undefined;
  /** How many lines were left out so far. */
  leftOut(): number;
  /** Resolves when all is written, or after `drainLimitMs`: a pager that pauses does not hold up the end of a run. */
  close(): Promise<void>;
}

/** How far who reads may lag behind. */
export interface StreamLag {
  /** So much is held before anybody is made to wait; in UTF-16 units. */
  readonly held: number;
  /** When so long nothing is taken while somebody waits, the stream is stuck. */
  readonly patienceMs: number;
  /** What stands in the place of lines that were left out, with its newline. */
  readonly gap: (lines: number) => string;
}

/**
 * Writes to a stream that may go away: after an error nothing more is written, `onBroken` hears of it once, and nothing
 * throws. The listeners stay, since the error of the last write may come after the last call. Who does not read first
 * makes those wait who write, and then loses lines: whoever runs hosts must not stand still because of a screen. Without
 * a lag nothing is ever left out.
 */
export function createStreamWriter(
  stream: OutputStream,
  onBroken: (error: Error) => void,
  { held: mostHeld, patienceMs, gap }: StreamLag = endlessPatience,
): StreamWriter {
  let isBroken = false;
  let isFull = false;
  let isStuck = false;
  /** What the stream does not take yet; held here, so that it is seen to take one piece after the other. */
  let pieces: string[] = [];
  let held = 0;
  let gathered = '';
  const leftOut = { inAll: 0, untold: 0 };
  const waiting: Partial<Record<'congestion' | 'room' | 'end', Deferred<void> | undefined>> = {};
  let timer: NodeJS.Timeout | undefined;

  const isOver = () => isFull && held >= mostHeld;
  const put = (text: string) => {
    if (!stream.write(text)) isFull = true;
  };
  const send = (text: string) => {
    if (isBroken || text === '') return;
    if (!isFull && pieces.length === 0) put(text);
    else {
      const last = pieces.length - 1;
      const piece = pieces[last];
      if (piece === undefined || piece.length >= pieceLength) pieces.push(text);
      else pieces[last] = piece + text;
      held += text.length;
    }
    watch();
  };
  const watch = () => {
    if (timer === undefined && !isStuck && isOver() && patienceMs !== Number.POSITIVE_INFINITY) {
      timer = setTimeout(giveUp, patienceMs).unref();
    }
  };
  const giveUp = () => {
    timer = undefined;
    isStuck = true;
    open('congestion');
  };
  const taken = () => {
    clearTimeout(timer);
    timer = undefined;
    isFull = false;
    isStuck = false;
    tellGap();
    while (!isFull) {
      const piece = pieces.shift();
      if (piece === undefined) break;
      held -= piece.length;
      put(piece);
    }
    watch();
    if (!isOver()) {
      open('congestion');
      open('room');
    }
    if (!isFull) open('end');
  };
  const open = (which: keyof typeof waiting) => {
    waiting[which]?.resolve();
    waiting[which] = undefined;
  };
  const wait = (which: keyof typeof waiting) => {
    waiting[which] ??= deferred();
    return waiting[which].promise;
  };
  const tellGap = () => {
    if (leftOut.untold > 0) send(gap(leftOut.untold));
    leftOut.untold = 0;
  };
  const flush = () => {
    const text = gathered;
    gathered = '';
    send(text);
  };
  stream.on('drain', taken);
  stream.on('close', taken);
  stream.on('error', error => {
    if (!isBroken) {
      isBroken = true;
      onBroken(error ?? new Error('the stream broke'));
    }
    pieces = [];
    held = 0;
    taken();
  });
  return {
    write(text) {
      flush();
      tellGap();
      send(text);
    },
    offer(line) {
      if (isStuck) {
        leftOut.inAll++;
        leftOut.untold++;
        return;
      }
      if (gathered === '') process.nextTick(flush);
      gathered += line;
      if (gathered.length > mostGathered) flush();
    },
    flush,
    state: () => (isStuck ? 'stuck' : isFull ? 'full' : 'free'),
    congestion: () => (isOver() && !isStuck ? wait('congestion') : undefined),
    room: () => (isOver() ? wait('room') : undefined),
    leftOut: () => leftOut.inAll,
    async close() {
      flush();
      tellGap();
      if (!isFull) return;
      const limit = setTimeout(() => open('end'), drainLimitMs);
      await wait('end');
      clearTimeout(limit);
    },
  };
}

const endlessPatience: StreamLag = { held: 0, patienceMs: Number.POSITIVE_INFINITY, gap: () => '' };

/** In UTF-16 units: larger pieces are not faster. */
const mostGathered = 64 * 1024;

/** Also in UTF-16 units. A reader that takes one in the time that is granted is slow, but does not stand still. */
const pieceLength = 16 * 1024;

/** What is unwritten goes on being written until the process ends by itself. */
const drainLimitMs = 5_000;
