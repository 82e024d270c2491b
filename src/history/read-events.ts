import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../model/event.ts';

/** How many lines were no event: the last one of a run that was killed may be half of one. */
export interface EventsRead {
  readonly damaged: number;
  /** Why there are none. */
  readonly missing?: string;
}

/**
 * Hands the events of a run's directory to `take`, in order. `without-output` leaves out the lines that scripts printed and
 * the records that they are, which is most of it and is then not even parsed.
 */
export async function readEvents(
  directory: string,
  which: 'all' | 'without-output',
  take: (event: Event) => void,
): Promise<EventsRead> {
  let damaged = 0;
  try {
    await using file = await open(join(directory, 'events.ndjson'));
    for await (const line of file.readLines()) {
      if (which === 'without-output' && /^\{"kind":"(?:line|record)"/.test(line)) continue;
      const event = parseEvent(line);
      if (event === undefined) damaged++;
      else take(event);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { damaged, missing: (error as Error).message };
  }
  return { damaged };
}

function parseEvent(line: string): Event | undefined {
  try {
    const read = JSON.parse(line) as Partial<Event> | null;
    return typeof read?.kind === 'string' && typeof read.time === 'string' ? (read as Event) : undefined;
  } catch {
    return undefined;
  }
}
