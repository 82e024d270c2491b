import type { PlaySource } from '../../engine/sources/play-source.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { PlannedOutput } from '../../model/plan.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { tableColumns } from '../../records/table-columns.ts';
import type { RunOptions } from './options/apply-options.ts';

/** Why these plays cannot give the wanted records or tables; undefined where they can. */
export function refuseTableOptions(
  { format, sort, top }: Pick<RunOptions, 'format' | 'sort' | 'top'>,
  { outputs, playbook }: Pick<PlaySource, 'outputs' | 'playbook'>,
): Refusal | undefined {
  if (format === 'csv' && outputs.every(output => output.format.columns.length === 0)) {
    const message = `no script of ${playbook} says what its lines hold, so that there are no records`;
    const cure = 'give a script output.columns, such as output: { columns: [pid: integer, execname: text] }';
    return refuse('invalid-input', { code: 'no-columns', message, cure });
  }
  if (sort === undefined && top === undefined) return undefined;
  const option = sort === undefined ? '--top' : '--sort';
  if (format === 'csv') {
    const cure = 'take it away, or --format csv';
    const message = `${option} is for tables, and records come as they are`;
    return refuse('wrong-usage', { code: 'no-table', message, cure });
  }
  const names = [...new Set(outputs.flatMap(columnNames))];
  if (names.length === 0) {
    const message = `${option} has no table: no script of ${playbook} has aggregate`;
    const cure = 'for example: aggregate: { by: [execname], sum: [bytes] }';
    return refuse('wrong-usage', { code: 'no-table', message, cure });
  }
  if (sort === undefined || names.includes(sort.column)) return undefined;
  const cure = didYouMean(sort.column, names) ?? `there are: ${names.join(', ')}`;
  return refuse('wrong-usage', { code: 'unknown-column', message: `no table has a column "${sort.column}"`, cure });
}

function columnNames({ aggregate, format }: PlannedOutput): readonly string[] {
  return aggregate === undefined ? [] : tableColumns(aggregate, format.columns).map(({ name }) => name);
}
