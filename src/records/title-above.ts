import { fitTitle } from './fit-title.ts';
import { mayBeTime, readTitle } from './read-title.ts';

/** Keeps in mind what the lines above a histogram say of it. */
export interface TitleReader {
  /** `counted`: how many malformed lines it was counted as; a title is no mistake. */
  readLine(line: string, counted: number): void;
  readBlank(): void;
  readRecord(): void;
  beginSample(): void;
  /** The title of a histogram that begins now. */
  take(): { readonly title?: { readonly title: string; readonly apart?: true }; readonly counted: number };
  /** How many histograms of this title the sample has by now. Numbers that were measured make no other title. */
  count(title: string | undefined): number;
  /** Counts the times that stood on lines of their own; undefined before the first. */
  sample(): number | undefined;
}

/**
 * The title is the line right above, but for lines that tell only figures, as `(min/avg/max: 0/47/94)`, and records. With a blank
 * line below it, it is one only as long as hosts agree on it: `apart`. A pattern says which lines are titles, however far above.
 */
export function createTitleReader(pattern: string | undefined): TitleReader {
  let counts = new Map<string, number>();
  /** The latest lines, without a record or a time among them. */
  let above: LineAbove[] = [];
  let fitting: string | undefined;
  let times = 0;
  let latest = '';

  const beginSample = (): void => {
    counts = new Map();
    above = [];
    fitting = undefined;
  };
  return {
    beginSample,
    readLine(line, counted) {
      const text = line.trim().slice(0, longestTitle);
      fitting = (pattern === undefined ? undefined : fitTitle(pattern, text)) ?? fitting;
      if (mayBeTime(text) && readTitle(text).kind === 'time') {
        if (text !== latest) {
          times++;
          beginSample();
        }
        latest = text;
        above = [{ counted, isApart: false }];
        return;
      }
      if (above.length === mostFigures) above.shift();
      above.push({ text, counted, isApart: false });
    },
    readBlank() {
      const last = above.at(-1);
      if (last !== undefined) last.isApart = true;
    },
    readRecord() {
      above = [];
    },
    take() {
      const from = above.findLastIndex(({ text }) => text === undefined || readTitle(text).kind !== 'figures');
      const own = above.slice(Math.max(0, from));
      const text = above[from]?.text;
      above = [];
      const counted = own.reduce((sum, line) => sum + line.counted, 0);
      if (pattern !== undefined) return fitting === undefined ? { counted } : { title: { title: fitting }, counted };
      const apart = own.some(({ isApart }) => isApart) ? ({ apart: true } as const) : {};
      return text === undefined ? { counted } : { title: { title: text, ...apart }, counted };
    },
    count(title = '') {
      const { shape, keys } = readTitle(title);
      const id = pattern === undefined ? JSON.stringify([shape, keys]) : title;
      const number = (counts.get(id) ?? 0) + 1;
      if (counts.size < mostTitles || number > 1) counts.set(id, number);
      return number;
    },
    sample: () => (times === 0 ? undefined : times),
  };
}

interface LineAbove {
  /** Undefined: a time, which is no title. */
  readonly text?: string;
  readonly counted: number;
  /** There is a blank line below it. */
  isApart: boolean;
}

/** In UTF-16 units. */
const longestTitle = 200;
/** So many lines of figures may stand below a title. */
const mostFigures = 20;
/** Further titles in one sample are not counted separately. */
const mostTitles = 1_000;
