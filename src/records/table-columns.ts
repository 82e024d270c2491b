import type { Aggregation, Column, ColumnType, TableColumn, TableOrder } from '../model/records.ts';

/** The name in `by` for the host of a record. */
export const hostColumn = 'host';

/** The columns of the table that an aggregation makes, in their order. */
export function tableColumns(
  aggregation: Pick<Aggregation, 'by' | 'sum' | 'min' | 'max' | 'avg' | 'count'>,
  columns: readonly Column[],
): readonly TableColumn[] {
  const { by, count } = aggregation;
  const typeOf = (name: string): ColumnType => columns.find(column => column.name === name)?.type ?? 'text';
  const groups = by.map((of): TableColumn => ({ name: of, type: typeOf(of), role: 'group', of }));
  const hosts: TableColumn = { name: 'hosts', type: 'integer', role: 'hosts' };
  const records: TableColumn = { name: 'records', type: 'integer', role: 'records' };
  const measures = (['sum', 'min', 'max', 'avg'] as const).flatMap(role =>
    aggregation[role].map((of): TableColumn => {
      const name = role === 'sum' ? of : `${role}_${of}`;
      return { name, type: role === 'avg' ? 'number' : typeOf(of), role, of };
    }),
  );
  return [...groups, ...(by.includes(hostColumn) ? [] : [hosts]), ...(count ? [records] : []), ...measures];
}

/** The default order: by the first count or measure. */
export function defaultOrder(columns: readonly TableColumn[]): TableOrder | undefined {
  const column = columns.find(({ role }) => role !== 'group' && role !== 'hosts');
  return column === undefined ? undefined : { column: column.name };
}

/** Reads `bytes`, `bytes:desc`, `execname:asc`; undefined for anything else. */
export function parseOrder(text: string): TableOrder | undefined {
  const [, column, direction] = /^([A-Za-z_]\w*)(?::(asc|desc))?$/.exec(text) ?? [];
  if (column === undefined) return undefined;
  if (direction === undefined) return { column };
  return { column, direction: direction === 'asc' ? 'ascending' : 'descending' };
}
