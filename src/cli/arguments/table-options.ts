import type { PlaySource } from '../../engine/sources/play-source.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { PlannedOutput } from '../../model/plan.ts';
import { tableColumns } from '../../records/table-columns.ts';
import { exitCodes } from '../exit-code.ts';
import type { Refusal } from '../say-diagnostics.ts';
import type { RunOptions } from './options.ts';

/** Why what is wanted of records and tables cannot be had from these plays; undefined where it can. */
export function refuseTableOptions(
  { format, sort, top }: Pick<RunOptions, 'format' | 'sort' | 'top'>,
  { outputs, playbook }: Pick<PlaySource, 'outputs' | 'playbook'>,
): Refusal | undefined {
  if (format === 'csv' && outputs.every(output => output.format.columns.length === 0)) {
    const message = `no script of ${playbook} says what its lines hold, so that there are no records`;
    const cure = 'give a script output.columns, such as output: { columns: [pid: integer, execname: text] }';
    return refuse('no-columns', message, cure, exitCodes.invalidInput);
  }
  if (sort === undefined && top === undefined) return undefined;
  const option = sort === undefined ? '--top' : '--sort';
  if (format === 'csv') {
    const cure = 'take it away, or --format csv';
    return refuse('no-table', `${option} is for tables, and records come as they are`, cure, exitCodes.usage);
  }
  const names = [...new Set(outputs.flatMap(columnNames))];
  if (names.length === 0) {
    const message = `${option} has no table: no script of ${playbook} has aggregate`;
    return refuse('no-table', message, 'for example: aggregate: { by: [execname], sum: [bytes] }', exitCodes.usage);
  }
  if (sort === undefined || names.includes(sort.column)) return undefined;
  const cure = didYouMean(sort.column, names) ?? `there are: ${names.join(', ')}`;
  return refuse('unknown-column', `no table has a column "${sort.column}"`, cure, exitCodes.usage);
}

function columnNames({ aggregate, format }: PlannedOutput): readonly string[] {
  return aggregate === undefined ? [] : tableColumns(aggregate, format.columns).map(({ name }) => name);
}

function refuse(code: string, message: string, cure: string, exitCode: Refusal['exitCode']): Refusal {
  return { diagnostics: [{ severity: 'error', code, message, cure }], exitCode };
}
