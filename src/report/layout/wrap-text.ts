import { displayWidth } from './display-width.ts';

/**
 * Text in lines of at most so many columns, broken at blanks; a word that is wider stays whole, so that a command or a
 * path can be copied. The first line has `taken` columns less, the others begin with four blanks.
 */
export function wrapText(text: string, columns: number, taken = 0): string[] {
  const lines: string[] = [];
  let line = '';
  let room = columns - taken;
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > room) {
      lines.push(line);
      line = `    ${word}`;
      room = columns;
    } else line = longer;
  }
  return [...lines, line];
}
