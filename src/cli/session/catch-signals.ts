import type { StopCause } from '../../model/event.ts';

/** The reason of an abort by an interrupt. It ends a command that has not begun its work yet. */
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
  /** Acts as a first signal, for another cause. The text is a clause that says which. */
  requestStop(cause: StopCause, text: string): void;
  /** Why the run was told to stop; undefined if it was not. */
  stopped(): StopCause | undefined;
}

/**
 * Handles INT, TERM and HUP until it is disposed of. `onFirst` is called once, with the signal's name or the text of a
 * request, to say what will happen. `onSecond` is called once, when everything is let go of.
 *
 * A second Ctrl-C or `kill` counts as the second time. HUP never does: when a terminal closes, the kernel and its shell each
 * send one, and systemd sends one right behind TERM. A signal within a tenth of a second does not count either: the terminal
 * sends it to the whole process group, and npx, sudo and the like pass theirs on.
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
