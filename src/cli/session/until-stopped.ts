import { type ExitCode, exitCodes } from '../exit-code.ts';
import { catchSignals, type Interrupts } from './catch-signals.ts';

/**
 * Does the work of a command until it is done, or until INT, TERM or HUP stops it; then the exit code is 130. `onStop` is
 * called for the first signal.
 */
export async function untilStopped(
  work: (interrupts: Interrupts) => Promise<ExitCode>,
  onStop: (why: string) => void = () => undefined,
): Promise<ExitCode> {
  using interrupts = catchSignals(onStop);
  try {
    return await work(interrupts);
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return exitCodes.interrupted;
  }
}
