import { toJsonLine } from '../../report/layout/json-line.ts';
import { diffRuns } from '../../report/tally/diff-runs.ts';
import { formatRunDiff } from '../../report/texts/run-diff-text.ts';
import type { DiffOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { openRun } from '../session/open-run.ts';

/** `tapbook diff`: what changed from one run to another. */
export async function diffTwoRuns(from: string, to: string, { format }: DiffOptions): Promise<ExitCode> {
  const before = await openRun(from);
  const after = await openRun(to);
  for (const opened of [before, after]) {
    if (opened.ok) continue;
    return sayRefusal(opened.error, format);
  }
  if (!before.ok || !after.ok) return exitCodes.invalidInput;
  const ids = [before.value.entry.id, after.value.entry.id] as const;
  const diff = diffRuns(before.value.tally, after.value.tally);
  if (format === 'json') {
    ownConsole.print(toJsonLine({ from: ids[0], to: ids[1], ...diff }));
    return exitCodes.ok;
  }
  for (const { entry, trouble } of [before.value, after.value]) {
    for (const text of trouble) ownConsole.say(`warning: ${entry.id}: ${text}\n`);
  }
  ownConsole.print(formatRunDiff(diff, ids, ownConsole.shape()));
  return exitCodes.ok;
}
