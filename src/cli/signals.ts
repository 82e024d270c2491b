/** The reason of a signal that somebody's interrupt has fired: it ends a command that has not begun its work yet. */
export class Interrupted extends Error {}

/** What the person at the keyboard, or the service manager, asks of a run. */
export interface Interrupts extends Disposable {
  /** Once: start nothing more, stop the scripts so that their `end` probes print, clean up. */
  readonly stop: AbortSignal;
  /** Twice: let go of everything; the targets clean up by their lease. */
  readonly abandon: AbortSignal;
  /** The same as a first signal, for another reason. */
  requestStop(reason: string): void;
}

/** Takes over INT, TERM and HUP until it is disposed of. `onFirst` is called once, to tell what will happen. */
export function catchSignals(onFirst: (signal: NodeJS.Signals) => void): Interrupts {
  const stop = new AbortController();
  const abandon = new AbortController();
  const take = (signal: NodeJS.Signals): void => {
    if (!stop.signal.aborted) {
      onFirst(signal);
      stop.abort(new Interrupted(`stopped by ${signal}`));
    } else {
      abandon.abort(new Error(`stopped by a second ${signal}`));
    }
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, take);
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    requestStop(reason) {
      if (!stop.signal.aborted) stop.abort(new Interrupted(reason));
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, take);
    },
  };
}
