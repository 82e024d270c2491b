import { printableText } from '../../model/printable-text.ts';

/** Lines that are safe for a terminal, each with its newline. */
export function formatLines(lines: Iterable<string>, indent = ''): string {
  const written: string[] = [];
  for (const line of lines) written.push(`${indent}${printableText(line)}\n`);
  return written.join('');
}
