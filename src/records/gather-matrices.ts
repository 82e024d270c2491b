import { type Event, playIndexOf } from '../model/event.ts';
import type { HostName, ModuleName } from '../model/ids.ts';
import type { PlannedOutput, PlannedPlay } from '../model/plan.ts';
import type { RecordRead, TableColumn } from '../model/records.ts';
import { tableColumns } from './table-columns.ts';

/** One measure of a script's table, by host and key: who does what where. */
export interface Matrix {
  readonly play: string;
  readonly module: ModuleName;
  readonly section?: string;
  /** The column that is shown, as the table names it. */
  readonly measure: string;
  /** The columns that make a key. */
  readonly by: readonly string[];
  /** The greatest first, as are the rows. */
  readonly keys: readonly string[];
  readonly rows: readonly MatrixRow[];
  /** Keys and hosts that are not shown. */
  readonly moreKeys: number;
  readonly moreHosts: number;
}

export interface MatrixRow {
  readonly host: HostName;
  /** One for each key; undefined where the host has printed nothing of it. */
  readonly cells: readonly (number | undefined)[];
}

/** Reads the events of a run. Doubles are exact enough for a picture; the tables have every digit. */
export interface MatrixGatherer {
  read(event: Event): void;
  matrices(): readonly Matrix[];
}

export function createMatrixGatherer(): MatrixGatherer {
  const plays: (PlayMatrices | undefined)[] = [];
  return {
    read(event) {
      const number = playIndexOf(event);
      if (number === undefined) return;
      if (event.kind === 'play-planned' && (event.joined === undefined || plays[number]?.scripts.size === 0))
        plays[number] = matricesOf(event.plan);
      if (event.kind !== 'record') return;
      const script = plays[number]?.scripts.get(event.module);
      if (script !== undefined) take(script, event);
    },
    matrices: () =>
      plays.flatMap(play =>
        play === undefined ? [] : [...play.scripts.values()].flatMap(script => tell(play.name, script)),
      ),
  };
}

interface PlayMatrices {
  readonly name: string;
  readonly scripts: ReadonlyMap<ModuleName, ScriptMatrix>;
}

interface ScriptMatrix {
  readonly output: PlannedOutput;
  readonly by: readonly string[];
  readonly measure: TableColumn;
  /** Key → host → amount. */
  readonly amounts: Map<string, Map<HostName, number>>;
  cells: number;
}

/** With more, a picture would not be whole: there is none. Keys take the most memory, and one host can print ever new ones. */
const mostCells = 500_000;
const mostKeys = 50_000;
const shownKeys = 12;
const shownHosts = 300;

function matricesOf({ name, outputs = [] }: PlannedPlay): PlayMatrices {
  const scripts = outputs.flatMap(output => {
    const { module, aggregate, format } = output;
    const by = aggregate?.by.filter(column => column !== 'host') ?? [];
    const columns = aggregate === undefined ? [] : tableColumns(aggregate, format.columns);
    const fitting = columns.filter(({ role }) => role === 'sum' || role === 'records' || role === 'max');
    const measure = fitting.find(column => column.name === aggregate?.sort?.column) ?? fitting[0];
    if (by.length === 0 || measure === undefined) return [];
    return [[module, { output, by, measure, amounts: new Map(), cells: 0 }] as const];
  });
  return { name, scripts: new Map(scripts) };
}

function take(script: ScriptMatrix, { host, section, values }: RecordRead): void {
  const { output, by, measure, amounts } = script;
  if (output.aggregate?.section !== undefined && output.aggregate.section !== section) return;
  if (script.cells > mostCells) return;
  if (amounts.size > mostKeys) {
    script.cells = Number.POSITIVE_INFINITY;
    amounts.clear();
    return;
  }
  const key = by.map(column => String(values[column] ?? '').slice(0, longestKey)).join(' ');
  const hosts = amounts.get(key) ?? new Map<HostName, number>();
  amounts.set(key, hosts);
  const known = hosts.get(host);
  if (known === undefined) script.cells++;
  const value = measure.role === 'records' ? 1 : Number(values[measure.of ?? ''] ?? 0);
  hosts.set(host, measure.role === 'max' ? Math.max(known ?? value, value) : (known ?? 0) + value);
}

/** In UTF-16 units. */
const longestKey = 200;

function tell(play: string, { output, by, measure, amounts, cells }: ScriptMatrix): readonly Matrix[] {
  const { module, aggregate } = output;
  const join = (known: number | undefined, value: number): number =>
    measure.role === 'max' ? Math.max(known ?? value, value) : (known ?? 0) + value;
  const ofKeys = new Map<string, number>();
  const ofHosts = new Map<HostName, number>();
  for (const [key, hosts] of amounts) {
    for (const [host, value] of hosts) {
      ofKeys.set(key, join(ofKeys.get(key), value));
      ofHosts.set(host, join(ofHosts.get(host), value));
    }
  }
  const keys = inOrder([...ofKeys]);
  const names = inOrder([...ofHosts]);
  // Of one host, or one key, the table says it all.
  if (cells > mostCells || names.length < 2 || keys.length < 2) return [];
  const shown = keys.slice(0, shownKeys);
  return [
    {
      play,
      module,
      ...(aggregate?.section === undefined ? {} : { section: aggregate.section }),
      measure: measure.name,
      by,
      keys: shown,
      rows: names.slice(0, shownHosts).map(host => ({ host, cells: shown.map(key => amounts.get(key)?.get(host)) })),
      moreKeys: keys.length - shown.length,
      moreHosts: Math.max(0, names.length - shownHosts),
    },
  ];
}

function inOrder<Name extends string>(totals: readonly (readonly [Name, number])[]): readonly Name[] {
  return totals
    .toSorted(([leftName, left], [rightName, right]) => right - left || (leftName < rightName ? -1 : 1))
    .map(([name]) => name);
}
