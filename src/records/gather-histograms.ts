import type { HostName } from '../model/ids.ts';
import type { FleetHistogram, Histogram, HistogramRead, OutputFormat } from '../model/records.ts';
import { createHistogramMerge, type HistogramMerge } from './merge-histograms.ts';

/** Adds up the histograms of all hosts that have the same section, title, and number within their sample. */
export interface HistogramGatherer {
  /** False if there are too many: the histogram is left out. */
  add(read: HistogramRead, samples: OutputFormat['histograms']): boolean;
  /** In the order in which they first came. */
  merged(): readonly MergedHistogram[];
}

export type MergedHistogram = Omit<FleetHistogram, 'play' | 'incomplete'>;

export function createHistogramGatherer(): HistogramGatherer {
  const subjects = new Map<string, Subject>();
  return {
    add(read, samples) {
      const { module, section, title, number, host, histogram } = read;
      const id = JSON.stringify([module, section, title, number]);
      const subject = subjects.get(id) ?? { read, parts: [], latest: new Map() };
      if (subjects.size === mostSubjects && !subjects.has(id)) return false;
      subjects.set(id, subject);
      if (samples !== 'last') return addPart(subject.parts, host, histogram);
      subject.latest.set(host, histogram);
      return true;
    },
    merged: () =>
      [...subjects.values()].flatMap(({ read, parts, latest }) => {
        const { module, section, title, number } = read;
        const of = { module, ...(section === undefined ? {} : { section }), ...(title === undefined ? {} : { title }) };
        return partsOf(parts, latest).map(part => ({
          ...of,
          number,
          histogram: part.merge.merged(),
          hosts: [...part.hosts],
        }));
      }),
  };
}

/** Further titles are left out: a script may print ever new ones. */
const mostSubjects = 500;
/** The most different scales under one title. */
const mostParts = 8;

interface Subject {
  readonly read: HistogramRead;
  readonly parts: Part[];
  /** The last histogram of each host, for scripts whose samples hold everything so far. */
  readonly latest: Map<HostName, Histogram>;
}

/** Hosts whose histograms have the same buckets: all of them, unless arguments differ by host. */
interface Part {
  readonly merge: HistogramMerge;
  readonly hosts: Set<HostName>;
}

function partsOf(parts: readonly Part[], latest: ReadonlyMap<HostName, Histogram>): readonly Part[] {
  if (latest.size === 0) return parts;
  const made: Part[] = [];
  for (const [host, histogram] of latest) addPart(made, host, histogram);
  return made;
}

function addPart(parts: Part[], host: HostName, histogram: Histogram): boolean {
  const fitting = parts.find(({ merge }) => merge.add(histogram));
  if (fitting !== undefined) {
    fitting.hosts.add(host);
    return true;
  }
  if (parts.length === mostParts) return false;
  parts.push({ merge: createHistogramMerge(histogram), hosts: new Set([host]) });
  return true;
}
