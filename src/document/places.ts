import { optional } from '../model/optional.ts';
import type { Place, SourceFile } from '../model/source.ts';

/** Turns offsets into places without counting lines anew each time. */
export interface Places {
  of(start: number, end: number): Place;
}

export function createPlaces({ path, text, unquoted }: SourceFile): Places {
  let starts: readonly number[] | undefined;
  return {
    of(start, end) {
      const from = Math.max(0, Math.min(start, text.length));
      starts ??= findLineStarts(text);
      const line = countUpTo(starts, from);
      const lineStart = starts[line - 1] ?? 0;
      const lineEnd = (starts[line] ?? text.length + 1) - 1;
      const column = from - lineStart + 1;
      const endColumn = Math.max(column + 1, Math.min(end, lineEnd) - lineStart + 1);
      const written = text.slice(lineStart, lineEnd).replace(/\r$/, '');
      return { file: path, line, column, endColumn, text: written, ...optional('unquoted', unquoted) };
    },
  };
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of the sorted numbers are at most the limit. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
