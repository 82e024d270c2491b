import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../../model/event.ts';
import { createPlayNumberer } from './number-plays.ts';

/** How many lines were no event: the last one of a run that was killed may be half of one. */
export interface EventsRead {
  readonly damaged: number;
  /** Why there are none. */
  readonly missing?: string;
}

/**
 * Hands the events of a run's directory to `take`, in order. `without-lines` leaves out the lines that scripts printed,
 * `without-output` the records that they are too: that is most of it, and is then not even parsed. Waits where `take` does. With
 * a signal it ends there, and what came is all.
 */
export async function readEvents(
  directory: string,
  which: 'all' | 'without-lines' | 'without-output',
  take: (event: Event) => void | Promise<void> | undefined,
  signal?: AbortSignal,
): Promise<EventsRead> {
  let damaged = 0;
  const numbered = createPlayNumberer();
  try {
    await using file = await open(join(directory, 'events.ndjson'));
    for await (const line of file.readLines(signal === undefined ? {} : { signal })) {
      if (signal?.aborted) break;
      if (which !== 'all' && leftOut[which].test(line)) continue;
      const event = parseEvent(line, numbered);
      if (event === undefined) damaged++;
      else await take(event);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { damaged, missing: (error as Error).message };
  }
  return { damaged };
}

const leftOut = { 'without-lines': /^\{"kind":"line"/, 'without-output': /^\{"kind":"(?:line|record)"/ };

/** Undefined for what is no event, or has the name of one and not its parts. */
function parseEvent(line: string, numbered: (event: Event) => Event): Event | undefined {
  try {
    const read = JSON.parse(line) as Partial<Event> | null;
    return typeof read?.kind === 'string' && typeof read.time === 'string' ? numbered(read as Event) : undefined;
  } catch {
    return undefined;
  }
}
