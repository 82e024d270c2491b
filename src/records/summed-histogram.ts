import type { HostName } from '../model/ids.ts';
import type { FleetHistogram, Histogram, HistogramRead } from '../model/records.ts';
import { createHistogramMerge, type HistogramMerge } from './merge-histograms.ts';
import { nameOfTitle } from './read-title.ts';

/** A histogram of the fleet, before it is known which hosts lack in it. */
export type MergedHistogram = Omit<FleetHistogram, 'play' | 'incomplete' | 'uneven'>;

/** Histograms of one title, added up over hosts and samples, or the last one of each host. */
export interface SummedHistogram {
  readonly read: HistogramRead;
  /** Of the first one among all. */
  readonly order: number;
  readonly parts: Part[];
  /** The last histogram of each host, for scripts whose samples hold everything so far. */
  readonly latest: Map<HostName, { readonly histogram: Histogram; readonly order: number }>;
  /** The words and numbers of the title; undefined in the place of numbers that differ. */
  title: readonly (string | undefined)[];
}

/** Hosts whose histograms have the same buckets: all of them, unless arguments differ by host. */
interface Part {
  readonly merge: HistogramMerge;
  readonly hosts: Set<HostName>;
}

/** The most different scales under one title. */
const mostParts = 8;

export function newSum({ read, order, title }: Pick<SummedHistogram, 'read' | 'order' | 'title'>): SummedHistogram {
  return { read, order, parts: [], latest: new Map(), title };
}

/** Returns how many rows more it holds by now. */
export function addToSum(
  sum: SummedHistogram,
  { host, histogram }: HistogramRead,
  title: readonly string[],
  samples: 'add' | 'last',
  order: number,
): number {
  sum.title = commonTitle(sum.title, title);
  if (samples === 'add') return addPart(sum.parts, [host], histogram);
  const before = sum.latest.get(host)?.histogram.buckets.length ?? 0;
  sum.latest.set(host, { histogram, order });
  return histogram.buckets.length - before;
}

/** Adds another sum to one: their titles have turned out to be of the same. */
export function joinSums(into: SummedHistogram, from: SummedHistogram): void {
  into.title = commonTitle(into.title, from.title);
  for (const { merge, hosts } of from.parts) addPart(into.parts, [...hosts], merge.merged());
  for (const [host, one] of from.latest) {
    if ((into.latest.get(host)?.order ?? -1) < one.order) into.latest.set(host, one);
  }
}

export function hostsOfSum({ parts, latest }: SummedHistogram): ReadonlySet<HostName> {
  return new Set([...latest.keys(), ...parts.flatMap(({ hosts }) => [...hosts])]);
}

/** One for each scale: hosts with other buckets cannot be added up. */
export function tellSum({ read, parts, latest, title }: SummedHistogram): readonly MergedHistogram[] {
  const { module, section, number } = read;
  const name = nameOfTitle(title);
  const of = { module, ...(section === undefined ? {} : { section }), ...(name === undefined ? {} : { title: name }) };
  const made = [...parts];
  for (const [host, { histogram }] of latest) addPart(made, [host], histogram);
  return made.map(({ merge, hosts }) => ({ ...of, number, histogram: merge.merged(), hosts: [...hosts] }));
}

function addPart(parts: Part[], hosts: readonly HostName[], histogram: Histogram): number {
  for (const { merge, hosts: known } of parts) {
    const before = merge.size();
    if (!merge.add(histogram)) continue;
    for (const host of hosts) known.add(host);
    return merge.size() - before;
  }
  if (parts.length === mostParts) return 0;
  parts.push({ merge: createHistogramMerge(histogram), hosts: new Set(hosts) });
  return histogram.buckets.length;
}

function commonTitle(left: SummedHistogram['title'], right: SummedHistogram['title']): SummedHistogram['title'] {
  if (left.length !== right.length) return [];
  return left.every((part, index) => part === right[index])
    ? left
    : left.map((part, index) => (part === right[index] ? part : undefined));
}
