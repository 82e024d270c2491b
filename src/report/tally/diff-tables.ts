import type { HostName, ModuleName } from '../../model/ids.ts';
import type { Cell, FleetTable, TableColumn } from '../../model/records.ts';
import { hostColumn } from '../../records/table-columns.ts';
import { type AmountChange, type Both, compareAmounts } from './compare-amounts.ts';
import type { DiffOrder } from './diff-order.ts';
import { inDiffOrder } from './diff-order.ts';
import type { PlayMeasures } from './gather-measures.ts';

/** A fleet's table in two runs. */
export interface TableDiff {
  readonly module: ModuleName;
  readonly section?: string;
  /** `other-groups`: both have it, but its groups are made of other columns, and there is nothing to compare. */
  readonly state: 'both' | 'added' | 'gone' | 'other-groups';
  /** The columns that make a group, in the later run that has the table. */
  readonly by: readonly string[];
  readonly measures: readonly Measure[];
  /** In the order that was asked for. */
  readonly rows: readonly RowDiff[];
  readonly from?: TableFacts;
  readonly to?: TableFacts;
}

export type Measure = Pick<TableColumn, 'name'> & { readonly role: Exclude<TableColumn['role'], 'group'> };

export interface RowDiff {
  readonly state: 'both' | 'added' | 'gone';
  /** A value for each column of `by`. */
  readonly key: readonly Cell[];
  /** One for each measure. */
  readonly amounts: readonly AmountChange[];
}

/** What one has to know to believe a table's numbers. */
export interface TableFacts {
  readonly hosts: number;
  readonly records: number;
  /** The traced seconds of all hosts together; absent: unknown. */
  readonly traced?: number;
  /** Records of groups beyond the table's limit: they are in no row. */
  readonly beyond: number;
  readonly malformed: number;
  readonly incomplete: readonly HostName[];
}

/** Compares the tables that two plays have made: those of one script and section are one table. */
export function diffTables(before: PlayMeasures, after: PlayMeasures, order: DiffOrder): readonly TableDiff[] {
  const idOf = ({ module, section }: FleetTable): string => JSON.stringify([module, section]);
  const old = new Map(before.tables.map(table => [idOf(table), table]));
  const now = new Map(after.tables.map(table => [idOf(table), table]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(id => {
    const tables = { from: old.get(id), to: now.get(id) };
    const table = tables.to ?? tables.from;
    return table === undefined ? [] : [diffTable(table, tables, { from: before, to: after }, order)];
  });
}

function diffTable(
  { module, section, columns }: FleetTable,
  { from, to }: Both<FleetTable>,
  plays: { readonly from: PlayMeasures; readonly to: PlayMeasures },
  order: DiffOrder,
): TableDiff {
  const traced = { from: plays.from.traced.get(module), to: plays.to.traced.get(module) };
  const told = {
    module,
    ...(section === undefined ? {} : { section }),
    by: groupsOf(columns),
    ...(from === undefined ? {} : { from: factsOf(from, traced.from) }),
    ...(to === undefined ? {} : { to: factsOf(to, traced.to) }),
  };
  if (from === undefined || to === undefined)
    return { ...told, state: from === undefined ? 'added' : 'gone', measures: [], rows: [] };
  if (groupsOf(from.columns).join() !== groupsOf(to.columns).join())
    return { ...told, state: 'other-groups', measures: [], rows: [] };
  const measures = measuresOf(columns).filter(({ name, role }) =>
    from.columns.some(other => other.name === name && other.role === role),
  );
  const rows = diffRows(from, to, measures, traced);
  const decides = order.column === undefined ? 0 : measures.findIndex(({ name }) => name === order.column);
  const main = decides === -1 ? 0 : decides;
  return { ...told, state: 'both', measures, rows: inDiffOrder(rows, order, ({ amounts }) => amounts[main]) };
}

function groupsOf(columns: readonly TableColumn[]): readonly string[] {
  return columns.filter(({ role }) => role === 'group').map(({ name }) => name);
}

/** How many hosts a group is of comes last: it is the least of what was measured. */
function measuresOf(columns: readonly TableColumn[]): readonly Measure[] {
  const measures = columns.flatMap(({ name, role }): Measure[] => (role === 'group' ? [] : [{ name, role }]));
  return [...measures.filter(({ role }) => role !== 'hosts'), ...measures.filter(({ role }) => role === 'hosts')];
}

type Traced = ReadonlyMap<HostName, number> | undefined;

function factsOf({ hosts, records, others, malformed, incomplete }: FleetTable, traced: Traced): TableFacts {
  const seconds = secondsOf(traced, undefined);
  return {
    hosts,
    records,
    ...(seconds === undefined ? {} : { traced: seconds }),
    beyond: others?.beyond ?? 0,
    malformed,
    incomplete,
  };
}

/** Of one host, or of all together; undefined where it is unknown. */
export function secondsOf(traced: Traced, host: string | undefined): number | undefined {
  if (traced === undefined) return undefined;
  if (host !== undefined) return traced.get(host as HostName);
  const sum = [...traced.values()].reduce((all, seconds) => all + seconds, 0);
  return sum === 0 ? undefined : Math.round(sum * 1000) / 1000;
}

function diffRows(from: FleetTable, to: FleetTable, measures: readonly Measure[], traced: Both<Traced>): RowDiff[] {
  const [old, now] = [rowsOf(from), rowsOf(to)];
  const hostAt = groupsOf(to.columns).indexOf(hostColumn);
  return [...new Set([...now.keys(), ...old.keys()])].map(id => {
    const [was, is] = [old.get(id), now.get(id)];
    const key = (is ?? was)?.key ?? [];
    const host = hostAt === -1 ? undefined : String(key[hostAt]);
    // A host that traced and had nothing of a group is compared by its own time.
    const seconds = { from: secondsOf(traced.from, host), to: secondsOf(traced.to, host) };
    return {
      state: was === undefined ? 'added' : is === undefined ? 'gone' : 'both',
      key,
      amounts: measures.map(({ name, role }) =>
        compareAmounts(
          { from: was?.cells.get(name), to: is?.cells.get(name) },
          role === 'sum' || role === 'records' ? { counted: true, traced: seconds } : { counted: false },
        ),
      ),
    };
  });
}

interface Row {
  readonly key: readonly Cell[];
  readonly cells: ReadonlyMap<string, Cell>;
}

function rowsOf({ columns, rows }: FleetTable): ReadonlyMap<string, Row> {
  return new Map(
    rows.map(row => {
      const key = row.filter((_, at) => columns[at]?.role === 'group');
      const cells = columns.map(({ name }, at) => [name, row[at] ?? null] as const);
      return [JSON.stringify(key), { key, cells: new Map(cells) }];
    }),
  );
}
