import type { StopCause } from '../../model/event.ts';

/** Why a run ended before its time, as it is told of one that is over. */
export function sayStopCause(cause: StopCause): string {
  return words[cause];
}

const words: Readonly<Record<StopCause, string>> = {
  signal: 'interrupted',
  timeout: 'its --timeout was over',
  'reader-gone': 'nobody read its output any more',
  'output-lost': 'its output could not be written',
};
