import type { HostName, ModuleName } from '../../model/ids.ts';
import { diffHistograms, type HistogramDiff } from './diff-histograms.ts';
import type { DiffOrder } from './diff-order.ts';
import { diffTables, type TableDiff } from './diff-tables.ts';
import type { PlayMeasures } from './gather-measures.ts';
import { pairPlays } from './pair-plays.ts';
import type { PlayTally, TimedStage } from './play-tally.ts';
import type { RunTally } from './run-tally.ts';

/** A run, and what its plays have measured. */
export interface MeasuredRun {
  readonly tally: RunTally;
  /** By the index of the play. */
  readonly measures: readonly PlayMeasures[];
}

/** What a play of two runs has measured, and how long it took. */
export interface MeasuresDiff {
  readonly play: string;
  /** In seconds; a stage that neither run came to is left out. */
  readonly stages: { readonly [Stage in TimedStage]?: { readonly from?: number; readonly to?: number } };
  readonly scripts: readonly ScriptTimes[];
  readonly tables: readonly TableDiff[];
  readonly histograms: readonly HistogramDiff[];
}

/** For how long a script traced, in seconds of its hosts; absent where it did not, or was not heard to end. */
export interface ScriptTimes {
  readonly module: ModuleName;
  readonly from?: TracedTimes;
  readonly to?: TracedTimes;
}

export interface TracedTimes {
  readonly hosts: number;
  readonly shortest: number;
  readonly longest: number;
}

/** Compares what the plays of two runs have measured; plays of one run only have nothing to be compared with. */
export function diffMeasures(before: MeasuredRun, after: MeasuredRun, order: DiffOrder): readonly MeasuresDiff[] {
  return pairPlays(playsOf(before), playsOf(after)).flatMap(({ name, from, to }) => {
    if (from === undefined || to === undefined) return [];
    return [
      {
        play: name,
        stages: diffStages(from.tally, to.tally),
        scripts: diffTimes(from.measures, to.measures),
        tables: diffTables(from.measures, to.measures, order),
        histograms: diffHistograms(from.measures, to.measures),
      },
    ];
  });
}

interface MeasuredPlay {
  readonly name: string;
  readonly tally: PlayTally;
  readonly measures: PlayMeasures;
}

const nothing: PlayMeasures = { tables: [], histograms: [], traced: new Map() };

function playsOf({ tally, measures }: MeasuredRun): readonly MeasuredPlay[] {
  return tally.plays.map((play, index) => ({ name: play.name, tally: play, measures: measures[index] ?? nothing }));
}

function diffStages(from: PlayTally, to: PlayTally): MeasuresDiff['stages'] {
  const told: { -readonly [Stage in TimedStage]?: { from?: number; to?: number } } = {};
  for (const stage of ['probe', 'build', 'run'] as const) {
    const [was, is] = [from.stages.get(stage), to.stages.get(stage)];
    if (was !== undefined) told[stage] = { from: (was.to - was.from) / 1000 };
    if (is !== undefined) told[stage] = { ...told[stage], to: (is.to - is.from) / 1000 };
  }
  return told;
}

function diffTimes(from: PlayMeasures, to: PlayMeasures): readonly ScriptTimes[] {
  return [...new Set([...from.traced.keys(), ...to.traced.keys()])].map(module => {
    const [was, is] = [timesOf(from.traced.get(module)), timesOf(to.traced.get(module))];
    return { module, ...(was === undefined ? {} : { from: was }), ...(is === undefined ? {} : { to: is }) };
  });
}

function timesOf(traced: ReadonlyMap<HostName, number> | undefined): TracedTimes | undefined {
  if (traced === undefined || traced.size === 0) return undefined;
  const seconds = [...traced.values()];
  const ordered = seconds.sort((left, right) => left - right);
  return { hosts: traced.size, shortest: ordered[0] ?? 0, longest: ordered.at(-1) ?? 0 };
}
