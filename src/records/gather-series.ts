import { type Event, playIndexOf } from '../model/event.ts';
import type { HostName, ModuleName } from '../model/ids.ts';
import type { PlannedOutput, PlannedPlay } from '../model/plan.ts';
import type { RecordRead } from '../model/records.ts';
import { createTimeBins, type SeriesLine, type TimeBins } from './time-bins.ts';

/** How the records of a script changed while it ran: one column of one section, summed over all hosts. */
export interface Series {
  readonly play: string;
  readonly module: ModuleName;
  readonly section?: string;
  readonly column: string;
  /** The columns whose values distinguish the lines; `host` if there are none. */
  readonly by: readonly string[];
  /** What one point is the sum of. */
  readonly stepSeconds: number;
  /** The begin of each step in which something was printed, in seconds since 1970. */
  readonly times: readonly number[];
  /** The greatest first; a value for each time. */
  readonly lines: readonly SeriesLine[];
  /** How many groups the last line sums up. */
  readonly others: number;
}

/** Reads the events of a run and gives its records over time. Groups and steps bound the memory, not records. */
export interface SeriesGatherer {
  read(event: Event): void;
  series(): readonly Series[];
}

export function createSeriesGatherer(): SeriesGatherer {
  const plays: (PlayScripts | undefined)[] = [];
  return {
    read(event) {
      const number = playIndexOf(event);
      if (number === undefined) return;
      if (event.kind === 'play-planned' && (event.joined === undefined || plays[number]?.scripts.size === 0))
        plays[number] = scriptsOf(event.plan);
      if (event.kind !== 'record') return;
      const play = plays[number];
      const script = play?.scripts.get(event.module);
      if (script !== undefined) take(script, event, Date.parse(event.time));
    },
    series: () =>
      plays.flatMap(play =>
        play === undefined ? [] : [...play.scripts].flatMap(([module, script]) => tell(play.name, module, script)),
      ),
  };
}

interface PlayScripts {
  readonly name: string;
  readonly scripts: ReadonlyMap<ModuleName, ScriptSeries>;
}

interface ScriptSeries {
  readonly by: readonly string[];
  readonly columns: readonly string[];
  /** By section (`''`: none), then one for each column. */
  readonly sections: Map<string, Section>;
}

interface Section {
  readonly bins: readonly TimeBins[];
  /** When the first and the latest sample of each host began. */
  readonly samples: Map<HostName, { readonly first: Sample; latest: Sample }>;
}

interface Sample {
  readonly number: number;
  readonly at: number;
}

function scriptsOf({ name, outputs = [] }: PlannedPlay): PlayScripts {
  const scripts = outputs.flatMap(output => {
    const script = scriptOf(output);
    return script.columns.length === 0 ? [] : [[output.module, script] as const];
  });
  return { name, scripts: new Map(scripts) };
}

/** Sums and groups the same columns as the fleet's table; without one, sums all numbers, grouped by all texts. */
function scriptOf({ format, aggregate }: PlannedOutput): ScriptSeries {
  const numbers = format.columns.filter(({ type }) => type !== 'text').map(({ name }) => name);
  const texts = format.columns.filter(({ type }) => type === 'text').map(({ name }) => name);
  const by = aggregate?.by.filter(name => name !== 'host') ?? texts;
  const summed = aggregate === undefined || aggregate.sum.length === 0 ? numbers : aggregate.sum;
  return { by, columns: summed.filter(name => !by.includes(name)), sections: new Map() };
}

function take({ by, columns, sections }: ScriptSeries, record: RecordRead, at: number): void {
  const section = sections.get(record.section ?? '') ?? { bins: columns.map(createTimeBins), samples: new Map() };
  sections.set(record.section ?? '', section);
  const group = by.length === 0 ? record.host : by.map(column => shorten(record.values[column])).join(' ');
  for (const [index, column] of columns.entries()) section.bins[index]?.add(group, at, Number(record.values[column]));
  const seen = section.samples.get(record.host);
  // Without sections, what a host prints within a second is one sample.
  const next = seen === undefined ? 1 : seen.latest.number + (at - seen.latest.at >= 1000 ? 1 : 0);
  const sample = { number: record.sample ?? next, at };
  if (seen === undefined) section.samples.set(record.host, { first: sample, latest: sample });
  else if (seen.latest.number !== sample.number) seen.latest = sample;
}

function shorten(value: string | number | undefined): string {
  const text = String(value ?? '');
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

const longestName = 200;

function tell(play: string, module: ModuleName, { by, columns, sections }: ScriptSeries): readonly Series[] {
  return [...sections].flatMap(([name, { bins, samples }]) => {
    const told = [...samples.values()];
    // Totals that hosts print once, at their ends, are no course of time, however many hosts have ended one after the other.
    if (told.every(({ first, latest }) => latest.number - first.number < leastSamples - 1)) return [];
    return columns.flatMap((column, index): readonly Series[] => {
      const summed = bins[index]?.tell(intervalOf(told), shownLines);
      if (summed === undefined || summed.times.length < leastSamples) return [];
      const section = name === '' ? {} : { section: name };
      return [{ play, module, ...section, column, by: by.length === 0 ? ['host'] : by, ...summed }];
    });
  });
}

/** Of one host. One or two points make no line: a table shows them better. */
const leastSamples = 3;
/** One more if there is only one more. */
const shownLines = 7;

/** The milliseconds between two samples of one host; 0 if unknown. With shorter steps, every other step would be empty. */
function intervalOf(samples: readonly { readonly first: Sample; readonly latest: Sample }[]): number {
  const intervals = samples.flatMap(({ first, latest }) =>
    latest.number > first.number ? [(latest.at - first.at) / (latest.number - first.number)] : [],
  );
  return Math.max(0, ...intervals.slice(0, 10_000));
}
