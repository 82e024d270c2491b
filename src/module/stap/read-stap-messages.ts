/** An error or a warning of stap. */
export interface StapMessage {
  readonly kind: 'parse error' | 'semantic error' | 'error' | 'warning';
  /** One line, without the place. */
  readonly text: string;
  readonly at?: StapPlace;
  /** The token at that place: `identifier 'n'`. */
  readonly saw?: string;
}

export interface StapPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads stap's messages about a script from its standard error (4.x, 5.x):
 *
 *     parse error: expected literal string or number
 *             saw: identifier 'n' at r.stp:3:15
 *          source: probe timer.s(n) { }
 *                                ^
 *     semantic error: unresolved function f: identifier 'f' at a.stp:1:28
 *     WARNING: never-assigned local variable 'x': identifier 'x' at a.stp:1:9
 *
 * The file is missing where it is that of the message before. Other lines are ignored.
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
    // A semantic error has its place on the same line, a parse error on the next.
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
