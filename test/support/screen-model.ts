import { clusters, clusterWidth } from '../../src/report/layout/display-width.ts';

/** What a terminal shows that was sent some bytes: with line wrap, cursor up, and erase to the end of the screen. */
export interface ScreenModel {
  feed(text: string): ScreenModel;
  /** Everything from the first line that scrolled away to the last one that is not empty. */
  text(): string;
}

/** As much of a VT100 as the reports use; anything else is an error, so that nothing slips through. */
export function createScreenModel(columns: number, rows: number): ScreenModel {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const top = () => Math.max(0, lines.length - rows);
  const newline = () => {
    row++;
    if (row === lines.length) lines.push([]);
  };
  const put = (cluster: string) => {
    if (column >= columns) {
      column = 0;
      newline();
    }
    const line = lines[row] ?? [];
    while (line.length < column) line.push(' ');
    line[column] = cluster;
    column += clusterWidth(cluster);
  };
  return {
    feed(text) {
      for (const part of text.split(/(\x1b\[\d*[A-Za-z]|\r|\n)/)) {
        const up = /^\x1b\[(\d+)A$/.exec(part);
        if (part === '\r') column = 0;
        else if (part === '\n') {
          column = 0;
          newline();
        } else if (up !== null) row = Math.max(top(), row - Number(up[1]));
        else if (part === '\x1b[0J') {
          lines.splice(row + 1);
          lines[row] = (lines[row] ?? []).slice(0, column);
        } else if (part.includes('\x1b')) throw new Error(`this terminal does not know ${JSON.stringify(part)}`);
        else for (const cluster of clusters(part)) put(cluster);
      }
      return this;
    },
    text: () =>
      lines
        .map(line => line.join('').trimEnd())
        .join('\n')
        .trimEnd(),
  };
}
