import { findRun } from '../../history/read/find-run.ts';
import { readRun } from '../../history/read/list-runs.ts';
import { readEvents } from '../../history/read/read-events.ts';
import type { Event } from '../../model/event.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { countOf } from '../../report/layout/amounts.ts';
import { createTally } from '../../report/tally/run-tally.ts';
import type { RunPage } from '../../report/texts/run-page.ts';
import { stateDirectory } from '../paths.ts';

/** Reads a run of the history from its events. Damaged parts are left out, with a warning. */
export async function openRun(
  word: string,
  take?: (event: Event) => void,
  which: 'without-lines' | 'without-output' = 'without-output',
): Promise<Result<RunPage, Refusal>> {
  const root = stateDirectory();
  const id = findRun(root, word);
  if (!id.ok) {
    const { message, cure } = id.error;
    return err(refuse('invalid-input', { code: 'no-such-run', message, cure }));
  }
  const entry = await readRun(root, id.value);
  const { tally, read } = createTally();
  const notices: RunPage['notices'][number][] = [];
  let unread = 0;
  const { damaged, missing } = await readEvents(entry.directory, which, event => {
    try {
      read(event);
      take?.(event);
    } catch {
      // It has the name of an event, but not its fields.
      unread++;
      return;
    }
    if (event.kind === 'notice') notices.push(event);
  });
  const lost = damaged + unread;
  const trouble = [
    ...(missing === undefined ? [] : [`its events cannot be read: ${missing}`]),
    ...(lost === 0 ? [] : [`${countOf(lost, 'line')} of events.ndjson cannot be read`]),
  ];
  return ok({ entry, tally, notices, trouble });
}
