import { pruneRuns } from '../../history/prune-runs.ts';
import { optional } from '../../model/optional.ts';
import { countOf, formatBytes } from '../../report/texts/amounts.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { stateDirectory } from '../paths.ts';
import { readRetention } from '../session/retain-runs.ts';

export interface PruneOptions {
  readonly keep?: number;
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly check?: boolean;
}

/** `tapbook runs prune`: what an option says counts alone; without any, what is done after each run. */
export async function pruneHistory({ keep, olderThan, check }: PruneOptions): Promise<ExitCode> {
  const usual = readRetention(process.env);
  for (const problem of usual.wrong) process.stderr.write(`warning: ${problem}\n`);
  const isAsked = keep !== undefined || olderThan !== undefined;
  const retention = isAsked ? { ...optional('runs', keep), ...optional('ageMs', olderThan) } : usual.keep;
  const { removed, bytes, kept, failed } = await pruneRuns(stateDirectory(), retention, check ? 'only-look' : 'remove');
  if (check) process.stdout.write(removed.map(id => `${id}\n`).join(''));
  const what = check ? 'would be removed' : 'removed';
  process.stderr.write(`${countOf(removed.length, 'run')} ${what} (${formatBytes(bytes)}), ${kept} kept\n`);
  for (const problem of failed) process.stderr.write(`error: ${problem}\n`);
  return failed.length > 0 ? exitCodes.hostFailed : exitCodes.ok;
}
