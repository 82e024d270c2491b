import { type Event, playIndexOf } from '../model/event.ts';
import type { HostName, ModuleName } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { failsByPlan } from '../model/outcome.ts';
import type { PlannedOutput, PlannedPlay } from '../model/plan.ts';
import type { FleetHistogram, FleetTable, TablesMade } from '../model/records.ts';
import { ranToItsEnd } from '../model/script-end.ts';
import { type Aggregator, createAggregator, type TableWishes } from './aggregate-records.ts';
import { findUnevenTimes } from './find-uneven-times.ts';
import { createHistogramGatherer, type HistogramGatherer } from './gather-histograms.ts';
import { plainOutput } from './read-output.ts';

/** Makes tables of the records and histograms of all hosts, from a run's events, live or kept. */
export interface TableMaker {
  read(event: Event): void;
  /** The tables of the events so far. */
  make(wishes?: TableWishes): TablesMade;
}

/** Makes the tables of a run from the events that it keeps: as they were printed at its end, or ordered otherwise. */
export function tablesOf(events: Iterable<Event>, wishes?: TableWishes): TablesMade {
  const maker = createTableMaker();
  for (const event of events) maker.read(event);
  return maker.make(wishes);
}

export function createTableMaker(): TableMaker {
  const plays: PlayTables[] = [];
  let leftOut = 0;
  return {
    read(event) {
      const number = playIndexOf(event);
      if (number === undefined) return;
      if (event.kind === 'play-planned') plays[number] = newPlay(event.plan, event.joined && plays[number]);
      const play = plays[number];
      if (play === undefined) return;
      if (event.kind === 'histogram') {
        const format = play.plan.outputs?.find(({ module }) => module === event.module)?.format ?? plainOutput;
        if (!play.histograms.add(event, format)) leftOut++;
      } else if (event.kind === 'host-finished') {
        if (event.outcome.kind === 'degraded') play.degraded.add(event.host);
      } else if (event.kind === 'record') {
        const script = play.scripts.get(event.module);
        if (script !== undefined && isMeant(script.output, event.section)) script.table.add(event.host, event.values);
      } else if (event.kind === 'script-finished') {
        if (ranToItsEnd(event.end)) {
          play.ended.add(runOf(event.host, event.module));
          if (event.traced !== undefined) tracedOf(play, event.module).set(event.host, event.traced);
        }
        const script = play.scripts.get(event.module);
        if (script !== undefined) script.malformed += event.output?.malformed ?? 0;
      }
    },
    make: wishes => ({
      kind: 'tables',
      tables: plays.flatMap(play => makeTables(play, wishes)),
      histograms: plays.flatMap(makeHistograms),
      ...(leftOut === 0 ? {} : { leftOut }),
    }),
  };
}

interface PlayTables {
  readonly plan: PlannedPlay;
  readonly scripts: ReadonlyMap<string, ScriptTable>;
  readonly histograms: HistogramGatherer;
  /** Which scripts have ended on which hosts. */
  readonly ended: Set<string>;
  /** For how many seconds each script traced on the hosts where it ran to its end. */
  readonly traced: Map<ModuleName, Map<HostName, number>>;
  /** Hosts that lost a part of their output. */
  readonly degraded: Set<HostName>;
}

interface ScriptTable {
  readonly output: PlannedOutput;
  readonly table: Aggregator;
  malformed: number;
}

/** `before`: hosts have joined since. */
function newPlay(plan: PlannedPlay, before: PlayTables | undefined): PlayTables {
  if (before !== undefined && before.scripts.size > 0) return { ...before, plan };
  const scripts = (plan.outputs ?? []).flatMap(output => {
    if (output.aggregate === undefined) return [];
    const table = createAggregator(output.aggregate, output.format.columns);
    return [[output.module, { output, table, malformed: 0 }] as const];
  });
  const histograms = createHistogramGatherer();
  return { plan, scripts: new Map(scripts), histograms, ended: new Set(), traced: new Map(), degraded: new Set() };
}

function tracedOf({ traced }: PlayTables, module: ModuleName): Map<HostName, number> {
  const hosts = traced.get(module) ?? new Map<HostName, number>();
  traced.set(module, hosts);
  return hosts;
}

/** What a reader has to know of a script's hosts before believing a sum over them. */
function caveats(play: PlayTables, module: ModuleName): Pick<FleetTable, 'incomplete' | 'uneven'> {
  return {
    incomplete: lacking(play, module),
    ...optional('uneven', findUnevenTimes(tracedOf(play, module))),
  };
}

function isMeant({ aggregate }: PlannedOutput, section: string | undefined): boolean {
  return aggregate?.section === undefined || aggregate.section === section;
}

function makeTables(play: PlayTables, wishes: TableWishes | undefined): readonly FleetTable[] {
  return [...play.scripts.values()].map(({ output: { module, aggregate }, table, malformed }) => ({
    play: play.plan.name,
    module,
    ...(aggregate?.section === undefined ? {} : { section: aggregate.section }),
    ...table.table(wishes),
    malformed,
    ...caveats(play, module),
  }));
}

function makeHistograms(play: PlayTables): readonly FleetHistogram[] {
  return play.histograms.merged().map(histogram => ({
    play: play.plan.name,
    ...histogram,
    ...caveats(play, histogram.module),
  }));
}

/** The hosts that were planned to run the script and did not complete it. */
function lacking({ plan, ended, degraded }: PlayTables, module: ModuleName): readonly HostName[] {
  return plan.hosts.flatMap(({ name, decision }) => {
    const isMeant =
      decision.kind === 'run' ? decision.scripts.some(script => script.module === module) : failsByPlan(decision);
    return isMeant && (!ended.has(runOf(name, module)) || degraded.has(name)) ? [name] : [];
  });
}

function runOf(host: HostName, module: ModuleName): string {
  return `${host} ${module}`;
}
