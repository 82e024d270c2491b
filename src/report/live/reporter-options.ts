import type { HostName } from '../../model/ids.ts';
import type { Colour } from '../layout/style.ts';
import type { LineHead } from './host-line.ts';
import type { OutputStream } from './output-stream.ts';

/** `verbose` also says how each host fares. Results are kept in the run's directory in all cases. */
export type Verbosity = 'normal' | 'verbose';

export interface ReporterOptions {
  /** Results: what scripts print. */
  readonly stdout: OutputStream;
  /** Progress, what scripts print to their stderr, and the recap. The same as `stdout` where both are one terminal. */
  readonly stderr: OutputStream;
  /** The width of the terminal; 80 where there is none. Asked again for each piece, since windows change. */
  columns(): number;
  readonly colour: { readonly stdout: Colour; readonly stderr: Colour };
  readonly verbosity: Verbosity;
  /** Milliseconds since the epoch, by the clock that stamps the events. */
  now(): number;
  /** What of the results goes to stdout; absent: all. CSV and JSON are written by reporters of their own. */
  readonly results?: 'lines-and-tables' | 'tables' | 'none';
  /** Absent: `plainHead`. */
  readonly lineHead?: LineHead;
  /**
   * What is printed at the end of a run in place of the lines of scripts' stdout, of the hosts on which one began: pieces
   * of text.
   */
  readonly outputs?: (hosts: readonly HostName[]) => AsyncIterable<string>;
  /** The reader of stdout has gone (`| head`). Called once; nothing more is written there. */
  onBrokenPipe(error: Error): void;
}

export interface TerminalOptions extends ReporterOptions {
  /** The height of the terminal. */
  rows(): number;
  /** Whether results go to the terminal that shows the progress, or past it into a file or a pipe. */
  readonly stdoutIs: 'terminal' | 'elsewhere';
}
