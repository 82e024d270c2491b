import { listRuns, readRun } from '../../history/read/list-runs.ts';
import { readEvents } from '../../history/read/read-events.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunEntry } from '../../model/run-head.ts';
import { countOf } from '../../report/layout/amounts.ts';
import { createTally } from '../../report/tally/run-tally.ts';
import type { EarlierRuns } from '../../report/texts/quiet-text.ts';

/**
 * What a run is compared with: the newest that ended, of the same series, and those since then that died. Never fails, and takes
 * `limitMs` at most: what is not found or read until then is not compared, and nothing is said of it.
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
      // A timer may come late: nothing lets it run between two small files.
      if (performance.now() >= until || ++seen > mostRuns) break;
      // What began later than this run is not before it.
      if (entry.state === 'unreadable' || entry.id === run || entry.head.started > own.head.started) continue;
      if (entry.head.series !== own.head.series) continue;
      if (entry.state === 'died') died.push(entry.id);
      if (entry.state === 'finished') return { died, ...(await readEnded(entry, signal)) };
    }
  } catch {
    // The history is no part of the run: it ends as it would have.
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
