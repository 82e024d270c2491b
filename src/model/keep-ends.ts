/** What is kept of lines that another machine prints: their beginning and their end, however many there are. */
export interface KeptEnds {
  add(line: string): void;
  /** In their order; where some are left out, a line in their place says how many. */
  lines(): readonly string[];
}

/** In UTF-16 units. */
export interface MostKept {
  /** Of all together; half of it is for the beginning. */
  readonly all: number;
  /** A longer line is cut, and ends in `…`. */
  readonly line: number;
}

/** Keeps the first and the last of lines. A short line counts for more than its length: many of them take as much memory. */
export function keepEnds({ all, line: longest }: MostKept): KeptEnds {
  const first: string[] = [];
  let room = all / 2;
  let last: string[] = [];
  let begin = 0;
  let held = 0;
  let dropped = 0;
  return {
    add(text) {
      const line = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
      if (last.length === 0 && room >= costOf(line)) {
        first.push(line);
        room -= costOf(line);
        return;
      }
      last.push(line);
      held += costOf(line);
      while (held > all / 2) {
        held -= costOf(last[begin] ?? '');
        last[begin] = '';
        begin++;
        dropped++;
      }
      // Now and then, since it takes time in proportion to what is kept.
      if (begin > 1000 && begin > last.length / 2) {
        last = last.slice(begin);
        begin = 0;
      }
    },
    lines: () => [...first, ...(dropped === 0 ? [] : [sayMore(dropped)]), ...last.slice(begin)],
  };
}

/** The same of a whole text. */
export function shortenText(text: string, most: MostKept): string {
  if (text.length <= most.all / 2) return text;
  const kept = keepEnds(most);
  for (const line of text.split('\n')) kept.add(line);
  return kept.lines().join('\n');
}

function costOf(line: string): number {
  return line.length + 50;
}

function sayMore(lines: number): string {
  return `… and ${lines} more ${lines === 1 ? 'line' : 'lines'}`;
}
