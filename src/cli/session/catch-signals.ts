import type { StopCause } from '../../model/event.ts';

/** The reason of a signal that somebody's interrupt has fired: it ends a command that has not begun its work yet. */
export class Interrupted extends Error {
  readonly stopCause: StopCause;

  constructor(stopCause: StopCause, text: string) {
    super(text);
    this.stopCause = stopCause;
  }
}

/** What the person at the keyboard, or the service manager, asks of a run. */
export interface Interrupts extends Disposable {
  /** Once: start nothing more, stop the scripts so that their `end` probes print, clean up. */
  readonly stop: AbortSignal;
  /** Twice: let go of everything; the targets clean up by their lease. */
  readonly abandon: AbortSignal;
  /** The same as a first signal, for another cause; the text is a clause that says which. */
  requestStop(cause: StopCause, text: string): void;
  /** Why it was to stop, if it was. */
  stopped(): StopCause | undefined;
}

/**
 * Takes over INT, TERM and HUP until it is disposed of. `onFirst` is called once, to tell what will happen, with the
 * signal's name or the text of a request; `onSecond` once when all is let go of.
 *
 * Who asks a second time is a person with Ctrl-C, or `kill` again. HUP never is the second time: a terminal that closes
 * sends it by the kernel and by its shell, and systemd right behind TERM. Nor is what comes within a tenth of a second:
 * npx, sudo and the like hand on what the terminal has sent to all of them.
 */
export function catchSignals(onFirst: (why: string) => void, onSecond: () => void = () => undefined): Interrupts {
  const stop = new AbortController();
  const abandon = new AbortController();
  let stopped: StopCause | undefined;
  let lastSignalMs = Number.NEGATIVE_INFINITY;
  const request = (cause: StopCause, text: string, reason: string): void => {
    if (stop.signal.aborted) return;
    stopped = cause;
    onFirst(text);
    stop.abort(new Interrupted(cause, reason));
  };
  const take = (signal: NodeJS.Signals): void => {
    const isEcho = performance.now() - lastSignalMs < echoMs;
    lastSignalMs = performance.now();
    if (!stop.signal.aborted) request('signal', signal, `stopped by ${signal}`);
    else if (signal !== 'SIGHUP' && !isEcho && !abandon.signal.aborted) {
      onSecond();
      abandon.abort(new Error(`stopped by a second ${signal}`));
    }
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, take);
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    requestStop: (cause, text) => request(cause, text, text),
    stopped: () => stopped,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, take);
    },
  };
}

const echoMs = 100;
