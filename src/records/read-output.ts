import { printableText } from '../model/printable-text.ts';
import type { HistogramRead, OutputFormat, RecordRead } from '../model/records.ts';
import { beginHistogram, type HistogramReader } from './read-histogram.ts';
import { createRecordReader } from './read-record.ts';
import { createTitleReader } from './title-above.ts';

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
  const titles = createTitleReader(format.histogramTitle);
  let place: { readonly section?: string; readonly sample?: number } = {};
  let open: { readonly reader: HistogramReader; readonly title: ReturnType<typeof titles.take>['title'] } | undefined;

  const closeHistogram = (): readonly Reading[] => {
    const histogram = open?.reader.histogram();
    const title = open?.title;
    open = undefined;
    if (histogram === undefined) return [];
    // Without sections, a line that is a time begins a sample.
    const sample = place.section === undefined ? titles.sample() : undefined;
    return [
      {
        kind: 'histogram',
        ...place,
        ...(sample === undefined ? {} : { sample }),
        ...title,
        number: titles.count(title?.title),
        histogram,
      },
    ];
  };
  const readOther = (line: string): readonly Reading[] => {
    if (line === '') {
      titles.readBlank();
      return [];
    }
    const section = sectionAt.get(line);
    if (section !== undefined) {
      const sample = (samples.get(section) ?? 0) + 1;
      samples.set(section, sample);
      place = { section, sample };
      titles.beginSample();
      return [];
    }
    const reader = format.histograms === 'ignore' ? undefined : beginHistogram(line);
    if (reader !== undefined) {
      const { title, counted } = titles.take();
      counts.malformed -= counted;
      open = { reader, title };
      return [];
    }
    const isSkipped = format.skip.some(beginning => line.startsWith(beginning));
    const values = isSkipped ? undefined : toRecord(line);
    if (values !== undefined) {
      counts.records++;
      titles.readRecord();
      return [{ kind: 'record', ...place, values }];
    }
    if (isSkipped) return [];
    const isCounted = format.columns.length > 0;
    if (isCounted) counts.malformed++;
    titles.readLine(line, isCounted ? 1 : 0);
    return [];
  };
  return {
    read(text) {
      // Scripts that clear the screen print the sequence for it right before their next line.
      const line = (text.includes('\x1b') ? printableText(text) : text).trimEnd();
      if (open?.reader.take(line)) return [];
      return open === undefined ? readOther(line) : [...closeHistogram(), ...readOther(line)];
    },
    end: closeHistogram,
    counts: () => (format.columns.length === 0 ? undefined : counts),
  };
}
