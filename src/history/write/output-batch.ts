import type { Event, OutputLine } from '../../model/event.ts';
import type { RecordRead } from '../../model/records.ts';

/**
 * Lines and records of scripts as `events.ndjson` keeps them, many in one line of it: alone, an event of an empty line is over
 * 150 bytes long. The texts of lines are not in it: they are those that come next in `output/HOST.txt` or `HOST.err.txt`. Within a
 * millisecond the order is kept for each host, not between hosts.
 */
export interface OutputBatch extends Pick<Event, 'time' | 'run'> {
  readonly kind: 'output';
  readonly from: readonly OutputOrigin[];
  readonly parts: readonly OutputPart[];
}

/** What many events have in common. */
export type OutputOrigin = Pick<Event, 'play' | 'playNumber'> &
  (Omit<OutputLine, 'text'> | (Omit<RecordRead, 'values'> & { readonly columns: readonly string[] }));

/**
 * An index in `from`; milliseconds since `time`; then how many lines follow one another, or the values of one record in the order
 * of its columns.
 */
export type OutputPart = readonly [from: number, ms: number, what: number | readonly (string | number)[]];
