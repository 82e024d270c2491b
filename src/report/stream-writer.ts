/** As much of a writable stream as reports need; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): boolean;
  on(event: 'drain' | 'error' | 'close', listener: (error?: Error) => void): unknown;
}

export interface StreamWriter {
  write(text: string): void;
  /** Undefined while the stream keeps up; else resolves when it takes more, or is gone. */
  congestion(): Promise<void> | undefined;
  /** Resolves when all is written, or after `drainLimitMs`: a pager that pauses does not hold up the end of a run. */
  close(): Promise<void>;
}

/**
 * Writes to a stream that may go away: after an error nothing more is written, `onBroken` hears of it once, and nothing
 * throws. The listeners stay, since the error of the last write may come after the last call.
 */
export function createStreamWriter(stream: OutputStream, onBroken: (error: Error) => void): StreamWriter {
  let state: 'open' | 'broken' = 'open';
  let full: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  const drained = () => {
    full?.resolve();
    full = undefined;
  };
  stream.on('drain', drained);
  stream.on('close', drained);
  stream.on('error', error => {
    if (state === 'open') {
      state = 'broken';
      onBroken(error ?? new Error('the stream broke'));
    }
    drained();
  });
  return {
    write(text) {
      if (state === 'broken' || text === '') return;
      if (!stream.write(text)) full ??= gate();
    },
    congestion: () => full?.promise,
    async close() {
      if (full === undefined) return;
      const { promise } = full;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, drainLimitMs);
        void promise.then(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** node keeps what is unwritten and goes on writing it until the process ends by itself. */
const drainLimitMs = 5_000;
