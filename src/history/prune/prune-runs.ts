import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../model/ids.ts';
import { listRuns } from '../read/list-runs.ts';
import { startOfRun } from '../read/start-of-run.ts';
import { chooseRunsToRemove, type MeasuredRun, type Retention } from './choose-runs-to-remove.ts';
import { measureDirectory } from './measure-directory.ts';

export interface PrunedRuns {
  readonly removed: readonly RunId[];
  readonly bytes: number;
  readonly kept: number;
  /** Runs that could not be removed, each with why. */
  readonly failed: readonly string[];
}

/**
 * Removes runs beyond the limits in `keep`, or only looks. A run disappears at once, by a rename, so that no reader sees half
 * of one and two processes can prune at the same time. What a crash leaves behind is removed the next time.
 */
export async function pruneRuns(root: string, keep: Retention, mode: 'remove' | 'only-look'): Promise<PrunedRuns> {
  const folder = join(root, 'runs');
  const runs: MeasuredRun[] = [];
  for await (const run of listRuns(root)) {
    const noted = run.state === 'unreadable' ? undefined : run.head.bytes;
    const needsSize = keep.bytes !== undefined || mode === 'only-look';
    const bytes = noted ?? (needsSize ? await measureDirectory(run.directory) : 0);
    runs.push({ ...run, startedMs: Date.parse(startOfRun(run.id)), bytes });
  }
  const chosen = chooseRunsToRemove(runs, keep, Date.now());
  const gone: MeasuredRun[] = [];
  const failed: string[] = [];
  for (const run of chosen) {
    if (mode === 'only-look') {
      gone.push(run);
      continue;
    }
    try {
      await rename(run.directory, join(folder, `${goneBegins}${run.id}`));
      gone.push(run);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failed.push((error as Error).message);
    }
  }
  if (mode === 'remove') failed.push(...(await removeGone(folder)));
  return {
    removed: gone.map(run => run.id),
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    kept: runs.length - gone.length,
    failed,
  };
}

const goneBegins = '.gone-';

async function removeGone(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const failed: string[] = [];
  for (const name of names.filter(one => one.startsWith(goneBegins))) {
    try {
      await rm(join(folder, name), { recursive: true, force: true });
    } catch (error) {
      failed.push((error as Error).message);
    }
  }
  return failed;
}
