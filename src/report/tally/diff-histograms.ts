import type { HostName, ModuleName } from '../../model/ids.ts';
import type { Bucket, FleetHistogram, WideInteger } from '../../model/records.ts';
import { histogramPercentile } from '../../records/histogram-percentile.ts';
import { createHistogramMerge } from '../../records/merge-histograms.ts';
import { toWide } from '../../records/wide-integer.ts';
import { type AmountChange, type Both, compareAmounts } from './compare-amounts.ts';
import { secondsOf } from './diff-tables.ts';
import type { PlayMeasures } from './gather-measures.ts';

/** A fleet's histogram in two runs. */
export interface HistogramDiff {
  readonly module: ModuleName;
  readonly section?: string;
  readonly title?: string;
  readonly number: number;
  readonly state: 'both' | 'added' | 'gone';
  /** How much was counted. */
  readonly counts: AmountChange;
  readonly percentiles: readonly PercentileChange[];
  /** Lowest first; absent where the two have other buckets, or only one run has it. */
  readonly buckets?: readonly BucketChange[];
  readonly from?: HistogramFacts;
  readonly to?: HistogramFacts;
}

export interface HistogramFacts {
  /** How many have printed it. */
  readonly hosts: number;
  /** The traced seconds of all hosts that ran the script together: those without it have counted nothing. Absent: unknown. */
  readonly traced?: number;
  readonly incomplete: readonly HostName[];
}

/** The values of the buckets in which so many per cent of all are reached; absent where nothing was counted. */
export interface PercentileChange {
  readonly percent: number;
  readonly from?: WideInteger;
  readonly to?: WideInteger;
}

export interface BucketChange extends Omit<Bucket, 'count'> {
  readonly from: WideInteger;
  readonly to: WideInteger;
  /** Of all that was counted, in per cent. */
  readonly fromShare: number;
  readonly toShare: number;
}

/** Compares the histograms of two plays: those of one script, section, title and number are one. */
export function diffHistograms(before: PlayMeasures, after: PlayMeasures): readonly HistogramDiff[] {
  const old = byId(before.histograms);
  const now = byId(after.histograms);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(id => {
    const [from, to] = [old.get(id), now.get(id)];
    const one = to ?? from;
    return one === undefined ? [] : [diffHistogram(one, { from, to }, { from: before, to: after })];
  });
}

/** A further one of the same title has other buckets: it is paired with the further one of the other run. */
function byId(histograms: readonly FleetHistogram[]): Map<string, FleetHistogram> {
  const found = new Map<string, FleetHistogram>();
  for (const histogram of histograms) {
    const { module, section, title, number } = histogram;
    let part = 1;
    const idOf = (): string => JSON.stringify([module, section, title, number, part]);
    while (found.has(idOf())) part++;
    found.set(idOf(), histogram);
  }
  return found;
}

function diffHistogram(
  { module, section, title, number }: FleetHistogram,
  { from, to }: Both<FleetHistogram>,
  plays: { readonly from: PlayMeasures; readonly to: PlayMeasures },
): HistogramDiff {
  const old = from && factsOf(from, plays.from);
  const now = to && factsOf(to, plays.to);
  const amounts = { from: from && totalOf(from.histogram), to: to && totalOf(to.histogram) };
  const counted = { counted: true, traced: { from: old?.traced, to: now?.traced } } as const;
  return {
    module,
    ...(section === undefined ? {} : { section }),
    ...(title === undefined ? {} : { title }),
    number,
    state: from === undefined ? 'added' : to === undefined ? 'gone' : 'both',
    counts: compareAmounts(amounts, counted),
    percentiles: [50, 90, 99].map(percent => ({
      percent,
      ...valueAt('from', percent, from),
      ...valueAt('to', percent, to),
    })),
    ...(from === undefined || to === undefined ? {} : diffBuckets(from.histogram, to.histogram)),
    ...(old === undefined ? {} : { from: old }),
    ...(now === undefined ? {} : { to: now }),
  };
}

function factsOf({ module, hosts, incomplete }: FleetHistogram, { traced }: PlayMeasures): HistogramFacts {
  const seconds = secondsOf(traced.get(module), undefined);
  return { hosts: hosts.length, ...(seconds === undefined ? {} : { traced: seconds }), incomplete };
}

function totalOf({ buckets }: FleetHistogram['histogram']): WideInteger {
  return toWide(buckets.reduce((sum, { count }) => sum + BigInt(count), 0n));
}

function valueAt<Run extends 'from' | 'to'>(run: Run, percent: number, fleet: FleetHistogram | undefined) {
  const bucket = fleet === undefined ? undefined : histogramPercentile(fleet.histogram, percent / 100);
  return bucket === undefined ? {} : ({ [run]: bucket.value } as { readonly [Key in Run]: WideInteger });
}

function diffBuckets(
  from: FleetHistogram['histogram'],
  to: FleetHistogram['histogram'],
): Pick<HistogramDiff, 'buckets'> {
  const merge = createHistogramMerge(from);
  if (!merge.add(to)) return {};
  const [old, now] = [countsOf(from), countsOf(to)];
  const [oldTotal, newTotal] = [Number(totalOf(from)), Number(totalOf(to))];
  const buckets = merge.merged().buckets.map(({ mark, value }) => {
    const [was, is] = [old.get(`${mark ?? ''}${value}`) ?? 0, now.get(`${mark ?? ''}${value}`) ?? 0];
    return {
      ...(mark === undefined ? {} : { mark }),
      value,
      from: was,
      to: is,
      fromShare: shareOf(was, oldTotal),
      toShare: shareOf(is, newTotal),
    };
  });
  return { buckets };
}

function countsOf({ buckets }: FleetHistogram['histogram']): ReadonlyMap<string, WideInteger> {
  return new Map(buckets.map(({ mark = '', value, count }) => [`${mark}${value}`, count]));
}

/** With two digits behind the point. */
function shareOf(count: WideInteger, total: number): number {
  return total === 0 ? 0 : Math.round((Number(count) / total) * 10_000) / 100;
}
