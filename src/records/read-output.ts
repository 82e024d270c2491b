import type { HistogramRead, OutputFormat, RecordRead } from '../model/records.ts';
import { beginHistogram, type HistogramReader } from './read-histogram.ts';
import { createRecordReader } from './read-record.ts';

/** What was found in a script's output. */
export type Reading = Omit<RecordRead, 'host' | 'module'> | Omit<HistogramRead, 'host' | 'module'>;

/** Reads what one script prints on one host, line by line. It never throws, whatever comes. */
export interface OutputReader {
  read(line: string): readonly Reading[];
  /** What is left to read from the last lines. */
  end(): readonly Reading[];
  /** `malformed`: the number of lines that should have been records; undefined if no records are expected. */
  counts(): { readonly records: number; readonly malformed: number } | undefined;
}

/** The format for a script without `output`: only histograms are found, by their heading. */
export const plainOutput: OutputFormat = { columns: [], sections: [], skip: [], histograms: 'add' };

export function createOutputReader(format: OutputFormat): OutputReader {
  const toRecord = createRecordReader(format);
  const sectionAt = new Map(format.sections.map(({ name, begin }) => [begin, name]));
  const samples = new Map<string, number>();
  const counts = { records: 0, malformed: 0 };
  let place: { readonly section?: string; readonly sample?: number } = {};
  /** The number of histograms with each title in this sample. */
  let titles = new Map<string, number>();
  /** The previous line if it may be a title, and whether it was counted as malformed. */
  let before: { readonly text: string; readonly counted: boolean } | undefined;
  let open: { readonly reader: HistogramReader; readonly title: string | undefined } | undefined;

  const closeHistogram = (): readonly Reading[] => {
    const histogram = open?.reader.histogram();
    const title = open?.title;
    open = undefined;
    if (histogram === undefined) return [];
    const number = (titles.get(title ?? '') ?? 0) + 1;
    if (titles.size < mostTitles || number > 1) titles.set(title ?? '', number);
    return [{ kind: 'histogram', ...place, ...(title === undefined ? {} : { title }), number, histogram }];
  };
  const readOther = (line: string): readonly Reading[] => {
    if (line === '') return [];
    const section = sectionAt.get(line);
    if (section !== undefined) {
      const sample = (samples.get(section) ?? 0) + 1;
      samples.set(section, sample);
      place = { section, sample };
      titles = new Map();
      before = undefined;
      return [];
    }
    const reader = format.histograms === 'ignore' ? undefined : beginHistogram(line);
    if (reader !== undefined) {
      if (before?.counted) counts.malformed--;
      open = { reader, title: before?.text };
      before = undefined;
      return [];
    }
    const isSkipped = format.skip.some(beginning => line.startsWith(beginning));
    const values = isSkipped ? undefined : toRecord(line);
    if (values !== undefined) {
      counts.records++;
      before = undefined;
      return [{ kind: 'record', ...place, values }];
    }
    const counted = format.columns.length > 0 && !isSkipped;
    if (counted) counts.malformed++;
    before = { text: line.trim().slice(0, longestTitle), counted };
    return [];
  };
  return {
    read(text) {
      const line = text.trimEnd();
      if (open?.reader.take(line)) return [];
      return open === undefined ? readOther(line) : [...closeHistogram(), ...readOther(line)];
    },
    end: closeHistogram,
    counts: () => (format.columns.length === 0 ? undefined : counts),
  };
}

/** In UTF-16 units. */
const longestTitle = 200;
/** Further titles in one sample are not counted separately. */
const mostTitles = 1_000;
