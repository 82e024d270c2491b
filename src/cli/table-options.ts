import { didYouMean } from '../model/did-you-mean.ts';
import type { Script } from '../playbook/playbook.ts';
import { tableColumns } from '../records/table-columns.ts';
import { exitCodes } from './exit-code.ts';
import type { RunOptions } from './options.ts';
import type { Refusal } from './say-diagnostics.ts';
import type { SelectedPlays } from './select-plays.ts';

/** Why what is wanted of records and tables cannot be had from these plays; undefined where it can. */
export function refuseTableOptions(
  { format, sort, top }: Pick<RunOptions, 'format' | 'sort' | 'top'>,
  { plays, playbook }: Pick<SelectedPlays, 'plays' | 'playbook'>,
): Refusal | undefined {
  const scripts = [
    ...new Set(plays.flatMap(play => [...play.scripts.values()].flatMap(bound => bound.map(({ script }) => script)))),
  ];
  if (format === 'csv' && scripts.every(script => (script.format?.columns ?? []).length === 0)) {
    const message = `no script of ${playbook.source.path} says what its lines hold, so that there are no records`;
    const cure = 'give a script output.columns, such as output: { columns: [pid: integer, execname: text] }';
    return refuse('no-columns', message, cure, exitCodes.invalidInput);
  }
  if (sort === undefined && top === undefined) return undefined;
  const option = sort === undefined ? '--top' : '--sort';
  if (format === 'csv') {
    const cure = 'take it away, or --format csv';
    return refuse('no-table', `${option} is for tables, and records come as they are`, cure, exitCodes.usage);
  }
  const names = [...new Set(scripts.flatMap(columnNames))];
  if (names.length === 0) {
    const message = `${option} has no table: no script of ${playbook.source.path} has aggregate`;
    return refuse('no-table', message, 'for example: aggregate: { by: [execname], sum: [bytes] }', exitCodes.usage);
  }
  if (sort === undefined || names.includes(sort.column)) return undefined;
  const cure = didYouMean(sort.column, names) ?? `there are: ${names.join(', ')}`;
  return refuse('unknown-column', `no table has a column "${sort.column}"`, cure, exitCodes.usage);
}

function columnNames({ aggregate, format }: Script): readonly string[] {
  return aggregate === undefined ? [] : tableColumns(aggregate, format?.columns ?? []).map(({ name }) => name);
}

function refuse(code: string, message: string, cure: string, exitCode: Refusal['exitCode']): Refusal {
  return { diagnostics: [{ severity: 'error', code, message, cure }], exitCode };
}
