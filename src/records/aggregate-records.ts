import type { HostName } from '../model/ids.ts';
import type { Aggregation, Cell, Column, FleetTable, TableColumn, TableOrder } from '../model/records.ts';
import { createHostNumbers, HostSet } from './host-set.ts';
import type { RecordValues } from './read-record.ts';
import { defaultOrder, hostColumn, tableColumns } from './table-columns.ts';
import { toWide } from './wide-integer.ts';

/** Aggregates the records of all hosts in one table as they come. Only groups take memory, and their number is limited. */
export interface Aggregator {
  add(host: HostName, values: RecordValues): void;
  table(wishes?: TableWishes): AggregatedTable;
}

/** Overrides of the playbook. An order by a column that the table does not have is ignored. */
export interface TableWishes {
  readonly sort?: TableOrder;
  readonly top?: number;
}

export type AggregatedTable = Pick<FleetTable, 'columns' | 'rows' | 'others' | 'hosts' | 'records'>;

export function createAggregator(aggregation: Aggregation, scriptColumns: readonly Column[]): Aggregator {
  const columns = tableColumns(aggregation, scriptColumns);
  const numberOf = createHostNumbers();
  const groups = new Map<string, Group>();
  /** Takes the records of all further groups once the limit is reached. */
  const beyond = newGroup([]);
  const hosts = new HostSet();
  return {
    add(host, values) {
      const keys = aggregation.by.map(name => shorten(name === hostColumn ? host : (values[name] ?? '')));
      const id = JSON.stringify(keys);
      let group = groups.get(id);
      if (group === undefined && groups.size < aggregation.maxGroups) {
        group = newGroup(keys);
        groups.set(id, group);
      }
      const number = numberOf(host);
      hosts.add(number);
      addRecord(group ?? beyond, number, values, columns);
    },
    table({ sort, top = aggregation.top ?? groups.size } = {}) {
      const wished = columns.some(({ name }) => name === sort?.column) ? sort : undefined;
      const order = wished ?? aggregation.sort ?? defaultOrder(columns);
      const all = [...groups.values()].map(group => ({ group, values: valuesOf(group, columns) }));
      const sorted = all.sort(byOrder(order, columns));
      const rest = sorted.slice(top).map(({ group }) => group);
      const records = sorted.reduce((sum, { group }) => sum + group.records, beyond.records);
      const rows = sorted.slice(0, top).map(({ values }) => values.map(toCell));
      const table = { columns, rows, hosts: hosts.size, records };
      if (rest.length === 0 && beyond.records === 0) return table;
      const others = [...rest, beyond].reduce((sum, group) => mergeInto(sum, group, columns), newGroup([]));
      const cells = valuesOf(others, columns).map(toCell);
      return { ...table, others: { cells, groups: rest.length, beyond: beyond.records } };
    },
  };
}

/** A text may be as long as a line. Thousands of groups with such texts would fill the memory. */
function shorten(value: string | number): string | number {
  return typeof value === 'string' && value.length > longestKey ? `${value.slice(0, longestKey)}…` : value;
}

const longestKey = 500;

interface Group {
  readonly keys: readonly (string | number)[];
  readonly hosts: HostSet;
  records: number;
  /** The sum, the least or the greatest value of each measured column. */
  readonly measured: (bigint | number | undefined)[];
}

function newGroup(keys: Group['keys']): Group {
  return { keys, hosts: new HostSet(), records: 0, measured: [] };
}

function addRecord(group: Group, host: number, values: RecordValues, columns: readonly TableColumn[]): void {
  group.records++;
  group.hosts.add(host);
  for (const [index, { role, of = '' }] of columns.entries()) {
    if (!isMeasure(role)) continue;
    group.measured[index] = combine(role, group.measured[index], toExact(values[of] ?? 0));
  }
}

function mergeInto(sum: Group, group: Group, columns: readonly TableColumn[]): Group {
  sum.records += group.records;
  sum.hosts.addAll(group.hosts);
  for (const [index, { role }] of columns.entries()) {
    const value = group.measured[index];
    if (isMeasure(role) && value !== undefined) sum.measured[index] = combine(role, sum.measured[index], value);
  }
  return sum;
}

type Measure = 'sum' | 'min' | 'max' | 'avg';

function isMeasure(role: TableColumn['role']): role is Measure {
  return role !== 'group' && role !== 'hosts' && role !== 'records';
}

/** Whole numbers are added exactly: sums of 64-bit numbers do not fit into a double. */
function toExact(value: string | number): bigint | number {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? value : BigInt(value);
}

function combine(role: Measure, known: bigint | number | undefined, value: bigint | number): bigint | number {
  if (known === undefined) return value;
  if (role === 'min') return value < known ? value : known;
  if (role === 'max') return value > known ? value : known;
  return typeof known === 'bigint' && typeof value === 'bigint' ? known + value : Number(known) + Number(value);
}

type Value = bigint | number | string | null;

/** A value for each column; null where there is none. */
function valuesOf(group: Group, columns: readonly TableColumn[]): readonly Value[] {
  return columns.map(({ role }, index): Value => {
    if (role === 'group') return group.keys[index] ?? null;
    if (role === 'hosts') return group.hosts.size;
    if (role === 'records') return group.records;
    const value = group.measured[index];
    if (value === undefined || role !== 'avg') return value ?? null;
    // Divided as whole numbers, with three digits behind the point, and only then made a double.
    return typeof value === 'bigint' ? Number((value * 1000n) / BigInt(group.records)) / 1000 : value / group.records;
  });
}

/** Rows with equal values in the column are ordered by their groups. */
function byOrder(
  order: TableOrder | undefined,
  columns: readonly TableColumn[],
): (left: { readonly values: readonly Value[] }, right: { readonly values: readonly Value[] }) => number {
  const main = columns.findIndex(({ name }) => name === order?.column);
  const groups = columns.flatMap(({ role }, index) => (role === 'group' && index !== main ? [index] : []));
  const usual = columns[main]?.type === 'text' ? 'ascending' : 'descending';
  const sign = (order?.direction ?? usual) === 'descending' ? -1 : 1;
  const compareAt = (index: number, left: readonly Value[], right: readonly Value[]) => {
    const type = columns[index]?.type;
    return compare(comparable(left[index], type), comparable(right[index], type));
  };
  return (left, right) => {
    const first = sign * compareAt(main, left.values, right.values);
    if (first !== 0) return first;
    return groups.reduce((found, index) => found || compareAt(index, left.values, right.values), 0);
  };
}

function compare(left: bigint | number | string, right: bigint | number | string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A group holds whole numbers beyond 2^53 as digits. */
function comparable(value: Value | undefined, type: TableColumn['type'] | undefined): bigint | number | string {
  return type === 'integer' && typeof value === 'string' ? BigInt(value) : (value ?? '');
}

function toCell(value: Value): Cell {
  if (typeof value === 'bigint') return toWide(value);
  // Digits behind the twelfth are rounding errors, as in 0.1 + 0.2.
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;
}
