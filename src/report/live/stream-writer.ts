import { type Deferred, deferred } from '../../process/deferred.ts';
import type { OutputStream } from './output-stream.ts';
import { createStreamBacklog } from './stream-backlog.ts';

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
  /** The same, but waits for a stuck stream too: for callers that have nothing better to do. */
  room(): Promise<void> | undefined;
  /** How many lines were left out so far. */
  leftOut(): number;
  /** Resolves when all is written, or after `drainLimitMs`: a pager that pauses does not hold up the end of a run. */
  close(): Promise<void>;
}

/** How far a reader may lag behind. */
export interface StreamLag {
  /** So much is held before a writer is made to wait; in UTF-16 units. */
  readonly held: number;
  /** In milliseconds. When nothing is taken for so long while a writer waits, the stream is stuck. */
  readonly patienceMs: number;
  /** What stands in the place of lines that were left out, with its newline. */
  readonly gap: (lines: number) => string;
}

/**
 * Writes to a stream that may go away: after an error nothing more is written, `onBroken` hears of it once, and nothing
 * throws. The listeners stay, since the error of the last write may come after the last call. A reader that does not read
 * first makes the writers wait, and then loses lines: a run must not stand still because of a screen. Without a lag nothing
 * is ever left out.
 */
export function createStreamWriter(
  stream: OutputStream,
  onBroken: (error: Error) => void,
  lag: StreamLag = endlessPatience,
): StreamWriter {
  const backlog = createStreamBacklog(stream);
  const congestion = createGate();
  const room = createGate();
  const end = createGate();
  const patience = createPatience(lag.patienceMs, congestion.open);
  const leftOut = { inAll: 0, untold: 0 };
  let gathered = '';

  const isOver = () => backlog.isFull() && backlog.size() >= lag.held;
  const send = (text: string) => {
    backlog.send(text);
    if (isOver()) patience.begin();
  };
  const flush = () => {
    const text = gathered;
    gathered = '';
    send(text);
  };
  const tellGap = () => {
    if (leftOut.untold > 0) send(lag.gap(leftOut.untold));
    leftOut.untold = 0;
  };
  const moveOn = () => {
    tellGap();
    patience.end();
    backlog.drain();
    if (isOver()) patience.begin();
    else for (const gate of [congestion, room]) gate.open();
    if (!backlog.isFull()) end.open();
  };
  stream.on('drain', moveOn);
  stream.on('close', moveOn);
  stream.on('error', error => {
    if (!backlog.isGone()) {
      backlog.abandon();
      onBroken(error ?? new Error('the stream broke'));
    }
    moveOn();
  });
  return {
    write(text) {
      flush();
      tellGap();
      send(text);
    },
    offer(line) {
      if (patience.isOver()) {
        leftOut.inAll++;
        leftOut.untold++;
        return;
      }
      if (gathered === '') process.nextTick(flush);
      gathered += line;
      if (gathered.length > mostGathered) flush();
    },
    flush,
    state: () => (patience.isOver() ? 'stuck' : backlog.isFull() ? 'full' : 'free'),
    congestion: () => (isOver() && !patience.isOver() ? congestion.wait() : undefined),
    room: () => (isOver() ? room.wait() : undefined),
    leftOut: () => leftOut.inAll,
    async close() {
      flush();
      tellGap();
      if (!backlog.isFull()) return;
      const limit = setTimeout(end.open, drainLimitMs);
      await end.wait();
      clearTimeout(limit);
    },
  };
}

const endlessPatience: StreamLag = { held: 0, patienceMs: Number.POSITIVE_INFINITY, gap: () => '' };

/** All that wait go on when it is opened; the next to wait waits for the next opening. */
interface Gate {
  readonly wait: () => Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  let waiting: Deferred<void> | undefined;
  return {
    wait() {
      waiting ??= deferred();
      return waiting.promise;
    },
    open() {
      waiting?.resolve();
      waiting = undefined;
    },
  };
}

/** It is over when it was begun and did not end within so many milliseconds; `onOver` is called at that moment. */
interface Patience {
  readonly begin: () => void;
  readonly end: () => void;
  readonly isOver: () => boolean;
}

function createPatience(ms: number, onOver: () => void): Patience {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const run = (): void => {
    timer = undefined;
    isOver = true;
    onOver();
  };
  return {
    begin() {
      if (timer === undefined && !isOver && ms !== Number.POSITIVE_INFINITY) timer = setTimeout(run, ms).unref();
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      isOver = false;
    },
    isOver: () => isOver,
  };
}

/** In UTF-16 units: larger pieces are not faster. */
const mostGathered = 64 * 1024;

/** What is unwritten goes on being written until the process ends by itself. */
const drainLimitMs = 5_000;
