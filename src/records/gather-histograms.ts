import type { HistogramRead, OutputFormat } from '../model/records.ts';
import { createHistogramFamily, type HistogramFamily } from './histogram-family.ts';
import { readTitle } from './read-title.ts';
import {
  hostsOfSum,
  joinSums,
  type MergedHistogram,
  newSum,
  type SummedHistogram,
  tellSum,
} from './summed-histogram.ts';

/** Adds up the histograms of all hosts that have the same section, title, and number within their sample. */
export interface HistogramGatherer {
  /** False if there are too many: the histogram is left out. */
  add(read: HistogramRead, format: Pick<OutputFormat, 'histograms' | 'histogramTitle'>): boolean;
  /** In the order in which they first came. */
  merged(): readonly MergedHistogram[];
}

export function createHistogramGatherer(): HistogramGatherer {
  const families = new Map<string, HistogramFamily>();
  const subjects = (): number => [...families.values()].reduce((sum, family) => sum + family.size(), 0);
  let known = 0;
  let buckets = 0;
  let order = 0;
  return {
    add(read, { histograms, histogramTitle }) {
      const { module, section, title = '', apart } = read;
      const told = histogramTitle === undefined ? readTitle(title) : { shape: title, keys: [], parts: [title] };
      const id = JSON.stringify([module, section, told.shape, apart]);
      const family = families.get(id) ?? createHistogramFamily();
      if (known >= mostSubjects && !family.has(read, told)) {
        // Numbers that have told nothing apart so far take no room of their own any more.
        for (const one of families.values()) one.collapse();
        known = subjects();
      }
      if (buckets > mostBuckets || (known >= mostSubjects && !family.has(read, told))) return false;
      families.set(id, family);
      const before = family.size();
      buckets += family.add(read, told, histograms === 'last' ? 'last' : 'add', order++);
      known += family.size() - before;
      return true;
    },
    merged: () =>
      dropOwnTexts([...families.values()].flatMap(family => family.sums()))
        .toSorted((left, right) => left.order - right.order)
        .flatMap(tellSum),
  };
}

/** Further titles are left out: a script may print ever new ones. */
const mostSubjects = 500;
/** Of all histograms together: they bound the memory. */
const mostBuckets = 1_000_000;

/**
 * A text with a blank line below it is a title where hosts agree on it. Where each host has another one, it says something of the
 * host, and the histograms are told apart by their order.
 */
function dropOwnTexts(sums: readonly SummedHistogram[]): readonly SummedHistogram[] {
  const scripts = new Map<string, SummedHistogram[]>();
  for (const sum of sums) {
    if (sum.read.apart === undefined) continue;
    const id = JSON.stringify([sum.read.module, sum.read.section]);
    scripts.set(id, [...(scripts.get(id) ?? []), sum]);
  }
  const instead = new Map<SummedHistogram, SummedHistogram | undefined>();
  for (const own of scripts.values()) {
    const hosts = own.map(sum => [...hostsOfSum(sum)]);
    if (hosts.some(of => of.length > 1) || new Set(hosts.flat()).size < 2) continue;
    const places = new Map<string, number>();
    const joined = new Map<number, SummedHistogram>();
    for (const [index, sum] of own.entries()) {
      const host = hosts[index]?.[0] ?? '';
      const place = (places.get(host) ?? 0) + 1;
      places.set(host, place);
      const known = joined.get(place);
      const into = known ?? newSum({ read: { ...sum.read, number: place }, order: sum.order, title: [] });
      joined.set(place, into);
      joinSums(into, sum);
      instead.set(sum, known === undefined ? into : undefined);
    }
  }
  return sums.flatMap(sum => (instead.has(sum) ? (instead.get(sum) ?? []) : [sum]));
}
