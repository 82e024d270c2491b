import type { Interrupts } from './catch-signals.ts';

/** Stops a run in order after this many seconds (`--timeout`), unless it is disposed of before. */
export function limitTime(seconds: number | undefined, interrupts: Interrupts): Disposable {
  if (seconds === undefined) return { [Symbol.dispose]: () => undefined };
  const timer = setTimeout(
    () => interrupts.requestStop('timeout', `the ${seconds} s of --timeout are over`),
    seconds * 1000,
  );
  // The timer does not keep the process alive.
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
