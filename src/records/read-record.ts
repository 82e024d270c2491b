import type { Column, OutputFormat } from '../model/records.ts';
import { parseWide } from './wide-integer.ts';

export type RecordValues = Readonly<Record<string, string | number>>;

/**
 * Makes a reader of lines. It gives the values of a line that fits the columns, and undefined for any other. Blanks around a
 * field do not count. If a line has too many fields, the last column of text takes the surplus: names and command lines may
 * contain blanks and separators.
 */
export function createRecordReader({
  columns,
  separator,
}: Pick<OutputFormat, 'columns' | 'separator'>): (line: string) => RecordValues | undefined {
  const cut = separator === undefined ? cutAtBlanks : (line: string) => cutAt(line, separator);
  if (columns.length === 0) return () => undefined;
  const widest = columns.findLastIndex(({ type }) => type === 'text');
  return line => {
    const spans = cut(line);
    const surplus = spans.length - columns.length;
    if (surplus < 0 || (surplus > 0 && widest === -1)) return undefined;
    const values: [string, string | number][] = [];
    for (const [index, column] of columns.entries()) {
      const first = spans[index > widest ? index + surplus : index];
      const last = spans[index < widest ? index : index + surplus];
      const value = readValue(line.slice(first?.start, last?.end).trim(), column);
      if (value === undefined) return undefined;
      values.push([column.name, value]);
    }
    return Object.fromEntries(values);
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function cutAtBlanks(line: string): Span[] {
  return Array.from(line.matchAll(/[^ \t]+/g), ({ index, 0: field }) => ({ start: index, end: index + field.length }));
}

function cutAt(line: string, separator: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let at = line.indexOf(separator); at !== -1; at = line.indexOf(separator, start)) {
    spans.push({ start, end: at });
    start = at + separator.length;
  }
  return [...spans, { start, end: line.length }];
}

function readValue(field: string, { type }: Column): string | number | undefined {
  switch (type) {
    case 'text':
      return field;
    case 'integer':
      return parseWide(field);
    case 'number': {
      // Number() would also accept 0x10 and the empty text.
      if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(field)) return undefined;
      const number = Number(field);
      return Number.isFinite(number) ? number + 0 : undefined;
    }
  }
}
