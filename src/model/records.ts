import type { HostName, ModuleName } from './ids.ts';

export type ColumnType = 'text' | 'integer' | 'number';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** How a script's output is read. */
export interface OutputFormat {
  /** Between two fields; absent: any blanks and tabs. */
  readonly separator?: string;
  /** Empty: no line is a record. */
  readonly columns: readonly Column[];
  /** A line that is equal to `begin` begins a sample of that section. */
  readonly sections: readonly { readonly name: string; readonly begin: string }[];
  /** Lines that begin with one of these are no records: headings, comments. */
  readonly skip: readonly string[];
  /**
   * Histograms of one title in several samples of a section: `add`: each is about its own time; `last`: each holds
   * all so far, so that the last one counts; `ignore`: none is looked for.
   */
  readonly histograms: 'add' | 'last' | 'ignore';
  /** Which lines name the histograms below them, with `*` and `{}` as in `records/fit-title.ts`; absent: the line above each. */
  readonly histogramTitle?: string;
}

/** How the records of all hosts become one table. */
export interface Aggregation {
  /** Only records of this section; absent: all. */
  readonly section?: string;
  /** Columns whose values make a group; `host` is one too. Empty: one row of all. */
  readonly by: readonly string[];
  readonly sum: readonly string[];
  readonly min: readonly string[];
  readonly max: readonly string[];
  readonly avg: readonly string[];
  /** Whether the records of each group are counted, as `records`. */
  readonly count: boolean;
  readonly sort?: TableOrder;
  /** How many rows are shown; the rest are shown as one. */
  readonly top?: number;
  /** Further groups than so many are counted together: they bound the memory that a table takes. */
  readonly maxGroups: number;
}

export interface TableOrder {
  readonly column: string;
  /** Absent: numbers greatest first, texts from A to Z. */
  readonly direction?: 'ascending' | 'descending';
}

/** A 64-bit integer in JSON: a number where that is exact, else its digits. */
export type WideInteger = number | string;

/** A line that fits the columns of its script. The line itself has an event of its own, just before. */
export interface RecordRead {
  readonly kind: 'record';
  readonly host: HostName;
  readonly module: ModuleName;
  /** The section that it stands in and the number of its sample, from 1; absent before the first marker. */
  readonly section?: string;
  readonly sample?: number;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What SystemTap prints for `@hist_log` and `@hist_linear`, read back. */
export interface HistogramRead {
  readonly kind: 'histogram';
  readonly host: HostName;
  readonly module: ModuleName;
  readonly section?: string;
  /** Of its section; without sections, which time it was printed below, from 1. */
  readonly sample?: number;
  /** The line above it, if that says what it is of. Measured numbers in it make no other title. */
  readonly title?: string;
  /** There is a blank line between the two: it may be of something else. */
  readonly apart?: true;
  /** Counts those of one title within a sample, from 1. */
  readonly number: number;
  readonly histogram: Histogram;
}

export interface Histogram {
  /** The rows as they were printed, lowest first; zeros are left out by SystemTap where many are in a row. */
  readonly buckets: readonly Bucket[];
  /** Columns for the values, and for the bars. */
  readonly valueWidth: number;
  readonly barWidth: number;
}

export interface Bucket {
  /** `<`: what is below the first bucket of a linear histogram; `>`: what is above its last one. */
  readonly mark?: '<' | '>';
  /** The least value that the bucket takes (of `@hist_log` below zero, the greatest). */
  readonly value: WideInteger;
  readonly count: WideInteger;
}

/** What the records and histograms of all hosts came to, near the end of an apply. */
export interface TablesMade {
  readonly kind: 'tables';
  readonly tables: readonly FleetTable[];
  readonly histograms: readonly FleetHistogram[];
  /** How many histograms were too many to be kept. */
  readonly leftOut?: number;
}

export interface FleetTable {
  readonly play: string;
  readonly module: ModuleName;
  readonly section?: string;
  readonly columns: readonly TableColumn[];
  /** In the table's order; a cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
  /** All groups that have no row, as one: its cells are null in the columns that make a group. */
  readonly others?: {
    readonly cells: readonly Cell[];
    /** How many groups of the table these are, and how many records are of groups beyond its limit. */
    readonly groups: number;
    readonly beyond: number;
  };
  readonly hosts: number;
  readonly records: number;
  /** Lines that were no records, of all the script's output. */
  readonly malformed: number;
  /** Hosts on which the script failed or did not run: some or all of their records may be missing. */
  readonly incomplete: readonly HostName[];
  readonly uneven?: UnevenTimes;
}

/** How long hosts have traced with a script, in seconds, where that differs by more than a tenth. */
export interface UnevenTimes {
  readonly shortest: { readonly host: HostName; readonly seconds: number };
  readonly longest: { readonly host: HostName; readonly seconds: number };
}

/** `name`: for a group and a sum that of the column `of`; else `min_bytes`, `max_bytes`, `avg_bytes`, `records`, `hosts`. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: 'group' | 'hosts' | 'records' | 'sum' | 'min' | 'max' | 'avg';
  /** The script's column, or `host`. */
  readonly of?: string;
}

export type Cell = string | number | null;

export interface FleetHistogram {
  readonly play: string;
  readonly module: ModuleName;
  readonly section?: string;
  readonly title?: string;
  readonly number: number;
  readonly histogram: Histogram & { readonly scale: 'log' | 'linear' };
  readonly hosts: readonly HostName[];
  readonly incomplete: readonly HostName[];
  readonly uneven?: UnevenTimes;
}
