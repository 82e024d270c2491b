import { displayWidth } from './display-width.ts';

/**
 * Text in lines of at most so many columns, broken at blanks; a word that is wider stays whole, so that a command or a
 * path can be copied. The first line has `taken` columns less, the others begin with four blanks.
 */
export function wrapText(text: string, columns: number, taken = 0): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  let room = columns - taken;
  // Words are measured once each: a host's error of 60 kB is one line on a pipe, whose lines have no end.
  let width = 0;
  for (const word of text.split(' ')) {
    const wordWidth = displayWidth(word);
    const isEmpty = line.length === 0 || (line.length === 1 && line[0] === '');
    if (isEmpty) {
      line = [word];
      width = wordWidth;
    } else if (width + 1 + wordWidth > room) {
      lines.push(line.join(' '));
      line = [`    ${word}`];
      width = 4 + wordWidth;
      room = columns;
    } else {
      line.push(word);
      width += 1 + wordWidth;
    }
  }
  return [...lines, line.join(' ')];
}
