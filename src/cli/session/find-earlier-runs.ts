import { listRuns, readRun } from '../../history/read/list-runs.ts';
import { readEvents } from '../../history/read/read-events.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunEntry } from '../../model/run-head.ts';
import { countOf } from '../../report/layout/amounts.ts';
import { createTally } from '../../report/tally/run-tally.ts';
import type { EarlierRuns } from '../../report/texts/quiet-text.ts';

/**
 * Finds the runs that a run is compared with: the newest of its series that ended, and those since then that died. Never
 * fails. After `limitMs` milliseconds the search ends; a run that was not read by then is not compared.
 */
export async function findEarlierRuns(root: string, run: RunId, limitMs = 10_000): Promise<EarlierRuns> {
  const until = performance.now() + limitMs;
  const signal = AbortSignal.timeout(limitMs);
  const died: RunId[] = [];
  try {
    const own = await readRun(root, run);
    if (own.state === 'unreadable' || own.head.series === undefined) return { died };
    let seen = 0;
    for await (const entry of listRuns(root)) {
      // The timer may be late: it cannot fire between two small files.
      if (performance.now() >= until || ++seen > mostRuns) break;
      // A run that began later is no earlier run.
      if (entry.state === 'unreadable' || entry.id === run || entry.head.started > own.head.started) continue;
      if (entry.head.series !== own.head.series) continue;
      if (entry.state === 'died') died.push(entry.id);
      if (entry.state === 'finished') return { died, ...(await readEnded(entry, signal)) };
    }
  } catch {
    // An error of the history does not change how the run ends.
  }
  return { died };
}

const mostRuns = 10_000;

async function readEnded({ id, directory }: RunEntry, signal: AbortSignal): Promise<Pick<EarlierRuns, 'ended'>> {
  const { tally, read } = createTally();
  let unread = 0;
  const { damaged, missing } = await readEvents(
    directory,
    'without-output',
    event => {
      try {
        read(event);
      } catch {
        unread++;
      }
    },
    signal,
  );
  if (signal.aborted) return {};
  const lost = damaged + unread;
  const unreadable = missing ?? (lost > 0 ? `${countOf(lost, 'line')} of its events.ndjson cannot be read` : undefined);
  if (unreadable !== undefined) return { ended: { run: id, unreadable } };
  return tally.finished === undefined
    ? { ended: { run: id, unreadable: 'its events have no end' } }
    : { ended: { run: id, tally } };
}
