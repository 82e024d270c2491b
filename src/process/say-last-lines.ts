import { printableLine } from '../model/printable-text.ts';

/** `; it says: …` with the last lines that a program wrote to standard error; empty where it wrote none. */
export function sayLastLines(complaint: string): string {
  const lines = complaint
    .split(/\r?\n/)
    .map(line => printableLine(line))
    .filter(line => line !== '');
  return lines.length === 0 ? '' : `; it says: ${lines.slice(-shownLines).join(' | ').slice(-1_000)}`;
}

const shownLines = 5;
