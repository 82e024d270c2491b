import type { Interrupts } from './catch-signals.ts';

/** Stops a run in order after so many seconds (`--timeout`); disposing of it calls that off. */
export function limitTime(seconds: number | undefined, interrupts: Interrupts): Disposable {
  if (seconds === undefined) return { [Symbol.dispose]: () => undefined };
  const timer = setTimeout(
    () => interrupts.requestStop('timeout', `the ${seconds} s of --timeout are over`),
    seconds * 1000,
  );
  // A run that has ended otherwise does not wait for it.
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
