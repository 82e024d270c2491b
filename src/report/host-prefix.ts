import type { OutputLine } from '../model/event.ts';
import { foldHostsWithin } from './fold-hosts.ts';
import { sanitiseText } from './sanitise-text.ts';
import { type Colour, createStyle } from './style.ts';

/**
 * One printed line of a script: `db1 | text` for its stdout, `db1 ! text` for its stderr, where staprun puts its
 * warnings and errors. The text is made safe for a terminal; the run's directory has it as it came.
 */
export function formatOutputLine(
  line: { readonly hosts: readonly string[]; readonly stream: OutputLine['stream']; readonly text: string },
  colour: Colour,
): string {
  const style = createStyle(colour);
  const names = line.hosts.map(sanitiseText);
  const name = style.byKey(names[0] ?? '', foldHostsWithin(names, 40));
  const sign = line.stream === 'stdout' ? style.dim('|') : style.yellow('!');
  return `${name} ${sign} ${sanitiseText(line.text)}`;
}
