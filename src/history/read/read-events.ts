import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import type { OutputBatch } from '../write/output-batch.ts';
import { eventForms } from './event-forms.generated.js';
import { expandOutput, parseOutput } from './expand-output.ts';
import { createKeptTexts } from './kept-texts.ts';
import { createPlayNumberer } from './number-plays.ts';

/** What was read, besides the events. */
export interface EventsRead {
  /** How many lines were no event, or lack parts of one: the last one of a run that was killed may be half of one. */
  readonly damaged: number;
  /** How many lines of scripts were left out, since the files of `output` do not have them; absent where all were there. */
  readonly withoutText?: number;
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
  let withoutText = 0;
  const numbered = createPlayNumberer();
  const texts = which === 'all' ? createKeptTexts(directory) : undefined;
  const takeOutput = async (batch: OutputBatch): Promise<void> => {
    for await (const event of expandOutput(batch, texts)) {
      if (signal?.aborted) break;
      if (event === 'line-without-text') withoutText++;
      else await take(numbered(event));
    }
  };
  try {
    await using file = await open(join(directory, 'events.ndjson'));
    for await (const line of file.readLines(signal === undefined ? {} : { signal })) {
      if (signal?.aborted) break;
      if (which !== 'all' && leftOut[which].test(line)) continue;
      const read = parseLine(line, numbered);
      if (read === undefined) damaged++;
      else if (read.kind === 'output') await takeOutput(read);
      else {
        // A line of ours says in the file that nothing more is kept.
        if (read.kind === 'output-full') await texts?.take(read.host, read.stream, 1);
        await take(read);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { damaged, missing: (error as Error).message };
  }
  return { damaged, ...optional('withoutText', withoutText === 0 ? undefined : withoutText) };
}

/** Runs of older versions have a line for each event. */
const leftOut = { 'without-lines': /^\{"kind":"line"/, 'without-output': /^\{"kind":"(?:line|record|output)"/ };

/** Undefined for what is no event, or has the name of one and not its form. Kinds that newer versions have are handed on. */
function parseLine(line: string, numbered: (event: Event) => Event): Event | OutputBatch | undefined {
  try {
    const read = JSON.parse(line) as Partial<Event | OutputBatch> | null;
    if (typeof read?.kind !== 'string' || typeof read.time !== 'string') return undefined;
    if (read.kind === 'output') return parseOutput(read);
    if (Object.hasOwn(eventForms, read.kind) && eventForms[read.kind]?.(read) !== true) return undefined;
    return numbered(read as Event);
  } catch {
    return undefined;
  }
}
