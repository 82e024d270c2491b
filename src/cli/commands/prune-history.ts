import { pruneRuns } from '../../history/prune/prune-runs.ts';
import { optional } from '../../model/optional.ts';
import { formatLines } from '../../report/layout/format-lines.ts';
import { formatPrunedRuns } from '../../report/texts/prune-text.ts';
import type { PruneOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';
import { readRetention } from '../session/retain-runs.ts';

/** `tapbook runs prune`: removes runs by the options alone; without any, as it is done after each run. */
export async function pruneHistory({ keep, olderThan, check }: PruneOptions): Promise<ExitCode> {
  const usual = readRetention(process.env);
  for (const problem of usual.wrong) ownConsole.say(`warning: ${problem}\n`);
  const isAsked = keep !== undefined || olderThan !== undefined;
  const retention = isAsked ? { ...optional('runs', keep), ...optional('ageMs', olderThan) } : usual.keep;
  const mode = check ? 'only-look' : 'remove';
  const pruned = await pruneRuns(stateDirectory(), retention, mode);
  if (check) ownConsole.print(formatLines(pruned.removed));
  ownConsole.say(formatPrunedRuns(pruned, mode));
  for (const problem of pruned.failed) ownConsole.say(`error: ${problem}\n`);
  return pruned.failed.length > 0 ? exitCodes.hostFailed : exitCodes.ok;
}
