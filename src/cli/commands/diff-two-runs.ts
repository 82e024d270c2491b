import { diffRuns } from '../../report/tally/diff-runs.ts';
import { toJsonLine } from '../../report/texts/json-line.ts';
import { formatRunDiff } from '../../report/texts/run-diff-text.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { sayRefusal } from '../say-diagnostics.ts';
import { colourOf } from '../session/colour.ts';
import { openRun } from '../session/open-run.ts';

export interface DiffOptions {
  readonly format: 'text' | 'json';
}

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
    process.stdout.write(toJsonLine({ from: ids[0], to: ids[1], ...diff }));
    return exitCodes.ok;
  }
  const { stdout, stderr } = process;
  for (const { entry, trouble } of [before.value, after.value]) {
    for (const text of trouble) stderr.write(`warning: ${entry.id}: ${text}\n`);
  }
  stdout.write(formatRunDiff(diff, ids, { colour: colourOf(stdout), columns: stdout.columns ?? 80 }));
  return exitCodes.ok;
}
