import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import type { RunTally } from '../tally/run-tally.ts';
import type { StreamLag } from './stream-writer.ts';

/** For a pipe: a pager that pauses gets many screens of output. */
export const pipeLag: Omit<StreamLag, 'gap'> = { held: 8_000_000, patienceMs: 10_000 };

/** For a terminal: what is to be seen is what happens now. */
export const terminalLag: Omit<StreamLag, 'gap'> = { held: 256_000, patienceMs: 1_000 };

/** What stands in place of lines that were left out because nobody took them, and where they are. */
export function sayGap(lines: number, { started, isFull }: RunTally): string {
  const what = isFull ? 'what is kept' : 'all';
  const kept = started?.directory === undefined ? '' : `; ${what} is in ${printableText(started.directory)}/output`;
  return `… ${countOf(lines, 'line')} not shown here${kept}`;
}
