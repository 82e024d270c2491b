import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { printableText } from '../../model/printable-text.ts';
import { displayWidth } from '../layout/display-width.ts';
import { type Colour, createStyle } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { FoldedLine } from './fold-lines.ts';

/** What stands before each line of a script, in this order. */
export interface LineHead {
  /** When the line reached us. */
  readonly time: 'shown' | 'none';
  /** Of lines of stdout; a script's stderr, where staprun warns, always says whose it is. */
  readonly host: 'shown' | 'none';
}

export const plainHead: LineHead = { time: 'none', host: 'shown' };

/**
 * One printed line of a host, or of several that printed the same: `db1 | text` for a script's stdout, `db1 ! text` for
 * its stderr, where staprun puts its warnings and errors. The text is made safe for a terminal; the run's directory has
 * it as it came. Not wrapped: tables would be torn.
 */
export function formatHostLine({ hosts, sign, text, time }: FoldedLine, colour: Colour, head: LineHead): string {
  const style = createStyle(colour);
  const stamp = head.time === 'none' || time === undefined ? '' : `${style.dim(time)} `;
  if (sign === '|' && head.host === 'none') return `${stamp}${printableText(text)}`;
  const bar = sign === '|' ? style.dim('|') : style.yellow('!');
  const names = foldNames(hosts);
  return `${stamp}${paint(names, hosts, colour)} ${bar} ${printableText(text)}`;
}

/** What we say of hosts ourselves, `db1: failed at load: …`, in lines of so many columns. */
function formatHostTrouble({ hosts, text }: FoldedLine, colour: Colour, columns: number): string[] {
  const style = createStyle(colour);
  const names = foldNames(hosts);
  const [first = '', ...others] = wrapText(printableText(text), columns, displayWidth(names) + 2);
  return [`${paint(names, hosts, colour)}: ${style.yellow(first)}`, ...others.map(style.yellow)];
}

/** A line as the terminal shows it. What we say ourselves is wrapped to so many columns, what scripts print never. */
export function formatFoldedLine(
  line: FoldedLine,
  colour: { readonly stdout: Colour; readonly stderr: Colour },
  head: LineHead,
  columns: number,
): string[] {
  switch (line.sign) {
    case '|':
      return [formatHostLine(line, colour.stdout, head)];
    case '!':
      return [formatHostLine(line, colour.stderr, head)];
    case ':':
      return formatHostTrouble(line, colour.stderr, columns);
    case '-':
      return wrapText(line.text, columns).map(createStyle(colour.stderr).dim);
  }
}

/** Most lines are of one host, whose name needs no folding: there may be millions of them. */
function foldNames(hosts: readonly string[]): string {
  const [only] = hosts;
  return hosts.length === 1 && only !== undefined ? printableText(only) : foldHostsWithin(hosts, 40);
}

function paint(names: string, [first = '']: readonly string[], colour: Colour): string {
  return createStyle(colour).byKey(printableText(first), names);
}
