/** One of stap's messages: an error or a warning, with what it says of places. */
export interface StapMessage {
  readonly kind: 'parse error' | 'semantic error' | 'error' | 'warning';
  /** In one line, without its place. */
  readonly text: string;
  /** Where: the file as stap names it. */
  readonly at?: StapPlace;
  /** What it saw there: `identifier 'n'`. */
  readonly saw?: string;
}

export interface StapPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads what stap (4.x, 5.x) prints of a script on its standard error:
 *
 *     parse error: expected literal string or number
 *             saw: identifier 'n' at r.stp:3:15
 *          source: probe timer.s(n) { }
 *                                ^
 *     semantic error: unresolved function f: identifier 'f' at a.stp:1:28
 *     WARNING: never-assigned local variable 'x': identifier 'x' at a.stp:1:9
 *
 * A file is not named again where it is the one of the message before. Lines that are no messages are left out.
 */
export function readStapMessages(output: string): readonly StapMessage[] {
  const messages: StapMessage[] = [];
  const lines = output.split('\n');
  let file = '';
  const placeOf = (text: string): StapPlace | undefined => {
    const [, name = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(text) ?? [];
    if (line === undefined) return undefined;
    file = name === '' ? file : name;
    return { file, line: Number(line), column: Number(column) };
  };
  for (const [index, line] of lines.entries()) {
    const [, word = '', rest = ''] = /^(parse error|semantic error|ERROR|WARNING): (.*)$/.exec(line) ?? [];
    const kind = kinds[word];
    if (kind === undefined) continue;
    // A semantic error has its place in the same line, a parse error in the next.
    const [, text = rest, saw, at = ''] = /^(.*): (\S+ '.*'|\S+) at (\S*:\d+:\d+)$/.exec(rest) ?? [];
    const [, nextSaw, nextAt = ''] = /^\s+(?:saw|at): (.+) at (\S*:\d+:\d+)$/.exec(lines[index + 1] ?? '') ?? [];
    const place = placeOf(at === '' ? nextAt : at);
    const seen = saw ?? nextSaw;
    messages.push({
      kind,
      text: text.trim(),
      ...(place === undefined ? {} : { at: place }),
      ...(seen === undefined || seen === "junk ''" ? {} : { saw: seen }),
    });
  }
  return messages;
}

const kinds: Readonly<Record<string, StapMessage['kind']>> = {
  'parse error': 'parse error',
  'semantic error': 'semantic error',
  ERROR: 'error',
  WARNING: 'warning',
};
