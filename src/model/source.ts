import { optional } from './optional.ts';

/** A text that a person wrote, with the path by which they know it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Nobody asked to look at this file: no finding shows what it says. */
  readonly unquoted?: true;
  /** For a script that a program has printed. */
  readonly printedBy?: PrintedBy;
}

export interface PrintedBy {
  readonly command: readonly string[];
  /** Of what it printed; absent: it was not run, and the text stands for it. */
  readonly sha256?: string;
}

/** Where something stands in a source. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column just past the end, on the same line; a range over several lines ends with its first line. */
  readonly endColumn: number;
  /** The whole line, for the squiggle. */
  readonly text: string;
  /** It is for comparing only, and is never shown. */
  readonly unquoted?: true;
}

/** A value and where it was written. */
export interface Located<Value> {
  readonly value: Value;
  readonly place: Place;
}

/** The place of `text[start, end)`. An empty range still marks one column. */
export function placeAt(source: SourceFile, start: number, end: number): Place {
  const { text, path, unquoted } = source;
  const from = Math.max(0, Math.min(start, text.length));
  // lastIndexOf takes a start below 0 for 0, and would find a newline that is the first character.
  const lineStart = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
  const newline = text.indexOf('\n', lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < from; at = text.indexOf('\n', at + 1)) line++;
  const column = from - lineStart + 1;
  const endColumn = Math.max(column + 1, Math.min(end, lineEnd) - lineStart + 1);
  const written = text.slice(lineStart, lineEnd).replace(/\r$/, '');
  return { file: path, line, column, endColumn, text: written, ...optional('unquoted', unquoted) };
}
