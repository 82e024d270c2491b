import { didYouMean } from '../../model/did-you-mean.ts';
import type { Refusal } from '../../model/refusal.ts';
import { refuse } from '../../model/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { diffMeasures, type MeasuredRun } from '../../report/tally/diff-measures.ts';
import type { DiffOrder } from '../../report/tally/diff-order.ts';
import { diffRuns } from '../../report/tally/diff-runs.ts';
import { createMeasureGatherer } from '../../report/tally/gather-measures.ts';
import { formatMeasuresDiff } from '../../report/texts/measures-diff-text.ts';
import { formatRunDiff } from '../../report/texts/run-diff-text.ts';
import type { RunPage } from '../../report/texts/run-page.ts';
import type { DiffOptions } from '../arguments/options/history-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { openRun } from '../session/open-run.ts';

/** `tapbook diff`: what changed from one run to another, and how what they have measured differs. */
export async function diffTwoRuns(from: string, to: string, { format, sort, top }: DiffOptions): Promise<ExitCode> {
  const before = await openMeasured(from);
  if (!before.ok) return sayRefusal(before.error, format);
  const after = await openMeasured(to);
  if (!after.ok) return sayRefusal(after.error, format);
  const refused = refuseColumn(sort, [before.value, after.value]);
  if (refused !== undefined) return sayRefusal(refused, format);
  const ids = [before.value.entry.id, after.value.entry.id] as const;
  const diff = diffRuns(before.value.tally, after.value.tally);
  const measured = diffMeasures(before.value, after.value, sort);
  if (format === 'json') {
    ownConsole.print(toJsonLine({ from: ids[0], to: ids[1], ...diff, measured }));
    return exitCodes.ok;
  }
  for (const { entry, trouble } of [before.value, after.value]) {
    for (const text of trouble) ownConsole.say(`warning: ${entry.id}: ${text}\n`);
  }
  const shape = ownConsole.shape();
  ownConsole.print(formatRunDiff(diff, ids, shape) + formatMeasuresDiff(measured, { ...shape, top, order: sort }));
  return exitCodes.ok;
}

async function openMeasured(word: string): Promise<Result<RunPage & MeasuredRun, Refusal>> {
  const gatherer = createMeasureGatherer();
  const opened = await openRun(word, gatherer.read, 'without-lines');
  return opened.ok ? ok({ ...opened.value, measures: gatherer.measures() }) : opened;
}

function refuseColumn({ column }: DiffOrder, runs: readonly MeasuredRun[]): Refusal | undefined {
  if (column === undefined) return undefined;
  const columns = runs.flatMap(({ measures }) =>
    measures.flatMap(({ tables }) => tables.flatMap(table => table.columns)),
  );
  const names = [...new Set(columns.flatMap(({ name, role }) => (role === 'group' ? [] : [name])))];
  if (names.includes(column)) return undefined;
  const words = [...names, 'change', 'percent', 'from', 'to'];
  const cure = didYouMean(column, words) ?? `there are: ${words.join(', ')}`;
  return refuse('wrong-usage', { code: 'unknown-column', message: `no table measures "${column}"`, cure });
}
