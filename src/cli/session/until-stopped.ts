import { type ExitCode, exitCodes } from '../exit-code.ts';
import { catchSignals, type Interrupts } from './catch-signals.ts';

/**
 * Does the work of a command that INT, TERM or HUP may stop: then it ends with 130, however far it has come. `onStop` is told
 * of the first of them.
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
