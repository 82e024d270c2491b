import { readEvents } from '../../src/history/read/read-events.ts';
import { createHistoryWriter } from '../../src/history/write/history-writer.ts';
import { createRunDirectory } from '../../src/history/write/run-directory.ts';
import type { Event } from '../../src/model/event.ts';
import type { RunId } from '../../src/model/ids.ts';
import type { PlannedPlay } from '../../src/model/plan.ts';
import { assertValidEvent } from './event-validator.ts';
import { applyOf } from './sample-run.ts';

/** Keeps events below a state directory as a run of their own, as an apply does; resolves to its directory. */
export async function keepRun(root: string, run: string, events: Iterable<Event>): Promise<string> {
  const directory = await createRunDirectory(root, run as RunId);
  if (!directory.ok) throw new Error(directory.error);
  const { path } = directory.value;
  const writer = createHistoryWriter(path, {
    onTrouble: reason => {
      throw new Error(reason);
    },
  });
  for (const event of events) {
    const own = { ...event, run: run as RunId };
    writer.read(own.kind === 'run-started' ? { ...own, directory: path } : own);
  }
  await writer.close();
  return path;
}

/** The events that a run's directory keeps, each checked against the schema that is shipped. */
export async function keptEvents(directory: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  const read = await readEvents(directory, 'all', event => {
    assertValidEvent(event);
    events.push(event);
  });
  if (read.damaged > 0 || Object.keys(read).length > 1) throw new Error(`not all is there: ${JSON.stringify(read)}`);
  return events;
}

/** The apply of `applyOf`, of this playbook and as long ago. */
export function* applyAt(planned: PlannedPlay, playbook: string, when: Date): Generator<Event> {
  let shift: number | undefined;
  for (const event of applyOf(planned)) {
    shift ??= when.getTime() - Date.parse(event.time);
    const time = new Date(Date.parse(event.time) + shift).toISOString();
    yield event.kind === 'run-started' ? { ...event, time, playbook } : { ...event, time };
  }
}

/** The id of a run that began then. */
export function idAt(when: Date, end = 'aaaaaa'): string {
  const stamp = when
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `${stamp}-${end}`;
}
