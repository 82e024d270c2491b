import type { LineCounter } from 'yaml';
import type { Place, SourceFile } from '../model/source.ts';

/** Turns offsets into places without counting lines anew each time. */
export interface Places {
  of(start: number, end: number): Place;
}

export function createPlaces({ path, text }: SourceFile, lineCounter: LineCounter): Places {
  return {
    of(start, end) {
      const { line, col } = lineCounter.linePos(Math.min(start, text.length));
      const safeLine = Math.max(1, line);
      const lineStart = lineCounter.lineStarts[safeLine - 1] ?? 0;
      const newline = text.indexOf('\n', lineStart);
      const lineEnd = newline === -1 ? text.length : newline;
      const column = Math.max(1, col);
      const endColumn = Math.max(column + 1, Math.min(end, lineEnd) - lineStart + 1);
      return { file: path, line: safeLine, column, endColumn, text: text.slice(lineStart, lineEnd).replace(/\r$/, '') };
    },
  };
}
