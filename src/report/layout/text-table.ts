import { displayWidth, truncateToWidth } from './display-width.ts';

export interface TextColumn {
  readonly heading: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
}

/**
 * Columns two blanks apart, aligned by what they take on a terminal; the first line has the headings. A table that is
 * wider than it may be has its widest columns on the left cut, but none below ten; numbers are never cut.
 */
export function formatTextTable(columns: readonly TextColumn[], width: number): string[] {
  const natural = columns.map(({ heading, cells }) =>
    cells.reduce((widest, cell) => Math.max(widest, displayWidth(cell)), displayWidth(heading)),
  );
  const widths = narrow(natural, columns, width);
  const rows = columns.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const format = (cellOf: (column: TextColumn) => string) =>
    columns
      .map((column, index) => pad(cellOf(column), widths[index] ?? 0, column.align))
      .join('  ')
      .trimEnd();
  return [
    format(({ heading }) => heading),
    ...Array.from({ length: rows }, (_, row) => format(({ cells }) => cells[row] ?? '')),
  ];
}

function narrow(natural: readonly number[], columns: readonly TextColumn[], width: number): readonly number[] {
  const widths = [...natural];
  const taken = () => widths.reduce((sum, own) => sum + own, 2 * (widths.length - 1));
  while (taken() > width) {
    const shrinkable = widths.map((own, index) => (columns[index]?.align === 'left' && own > leastWidth ? own : 0));
    const widest = Math.max(...shrinkable);
    if (widest === 0) break;
    const index = shrinkable.indexOf(widest);
    widths[index] = Math.max(leastWidth, widest - (taken() - width));
  }
  return widths;
}

const leastWidth = 10;

function pad(text: string, width: number, align: TextColumn['align']): string {
  const cut = align === 'left' ? truncateToWidth(text, width) : text;
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'left' ? cut + blanks : blanks + cut;
}
