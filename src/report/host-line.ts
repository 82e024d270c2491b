import { displayWidth } from './display-width.ts';
import { foldHostsWithin } from './fold-hosts.ts';
import type { FoldedLine } from './fold-lines.ts';
import { sanitiseText } from './sanitise-text.ts';
import { type Colour, createStyle } from './style.ts';
import { wrapText } from './wrap-text.ts';

/**
 * One printed line of a host, or of several that printed the same: `db1 | text` for a script's stdout, `db1 ! text` for
 * its stderr, where staprun puts its warnings and errors. The text is made safe for a terminal; the run's directory has
 * it as it came. Not wrapped: tables would be torn.
 */
export function formatHostLine({ hosts, sign, text }: FoldedLine, colour: Colour): string {
  const style = createStyle(colour);
  return `${paintNames(hosts, colour).name} ${sign === '|' ? style.dim('|') : style.yellow('!')} ${sanitiseText(text)}`;
}

/** What we say of hosts ourselves, `db1: failed at load: …`, in lines of so many columns. */
export function formatHostTrouble({ hosts, text }: FoldedLine, colour: Colour, columns: number): string[] {
  const style = createStyle(colour);
  const { name, width } = paintNames(hosts, colour);
  const [first = '', ...others] = wrapText(sanitiseText(text), columns, width + 2);
  return [`${name}: ${style.yellow(first)}`, ...others.map(style.yellow)];
}

function paintNames(hosts: readonly string[], colour: Colour): { name: string; width: number } {
  const names = hosts.map(sanitiseText);
  const folded = foldHostsWithin(names, 40);
  return { name: createStyle(colour).byKey(names[0] ?? '', folded), width: displayWidth(folded) };
}
