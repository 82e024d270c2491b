import { optional } from '../model/optional.ts';
import type { Place, SourceFile } from '../model/source.ts';
import type { StpToken } from './tokenize-stp.ts';

/** Says where a token stands, as `placeAt` does, without counting the lines of the whole text each time. */
export function locateTokens({ path, text, unquoted }: SourceFile): (token: Pick<StpToken, 'start' | 'end'>) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return ({ start, end }) => {
    const line = lastNotAbove(starts, start);
    const lineStart = starts[line] ?? 0;
    const next = starts[line + 1];
    const lineEnd = next === undefined ? text.length : next - 1;
    const shownEnd = text[lineEnd - 1] === '\r' && lineEnd > lineStart ? lineEnd - 1 : lineEnd;
    const column = start - lineStart + 1;
    const endColumn = Math.max(column + 1, Math.min(end, lineEnd) - lineStart + 1);
    const written = text.slice(lineStart, shownEnd);
    return { file: path, line: line + 1, column, endColumn, text: written, ...optional('unquoted', unquoted) };
  };
}

/** The index of the last number that is not greater than `value`; the numbers ascend. */
function lastNotAbove(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
