/** An error or a warning of stap. */
export interface StapMessage {
  readonly kind: 'parse error' | 'semantic error' | 'error' | 'warning';
  /** One line, without the place. */
  readonly text: string;
  readonly at?: StapPlace;
  /** The token at that place: `identifier 'n'`. */
  readonly saw?: string;
  /** The line of the script that stap quotes. */
  readonly source?: string;
  /** What stap was doing: `while resolving probe point`. A place and a quoted line may come from there. */
  readonly during?: string;
}

export interface StapPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads stap's messages about a script from the lines of its standard error (4.x, 5.x):
 *
 *     parse error: expected literal string or number
 *             saw: identifier 'n' at r.stp:3:15
 *          source: probe timer.s(n) { }
 *                                ^
 *     semantic error: unresolved function f: identifier 'f' at a.stp:1:28
 *     WARNING: never-assigned local variable 'x': identifier 'x' at a.stp:1:9
 *
 * The file is missing where it is that of the message before. Other lines are ignored. A message that begins with `while` says
 * what the one behind it happened in: the two become one, with the cause's text. Takes time in proportion to the text.
 */
export function readStapMessages(lines: readonly string[]): readonly StapMessage[] {
  const messages: StapMessage[] = [];
  const readPlace = placeReader();
  let context: StapMessage | undefined;
  for (const [index, line] of lines.entries()) {
    const colon = line.indexOf(': ');
    const kind = colon === -1 ? undefined : kinds.get(line.slice(0, colon));
    if (kind === undefined) continue;
    const rest = line.slice(colon + 2);
    // A semantic error has its place on the same line, a parse error on the next.
    const here = splitPlace(rest);
    const next = here === undefined ? splitPlace(behind(lines[index + 1], ['saw: ', 'at: '])) : undefined;
    const at = readPlace((here ?? next)?.place);
    const saw = here === undefined ? next?.before : sawOf(here.before);
    const text = here === undefined ? rest : textOf(here.before, saw);
    const source = behind(lines[index + 1], ['source: ']) ?? behind(lines[index + 2], ['source: ']);
    const message: StapMessage = {
      kind,
      text: text.trim(),
      ...(at === undefined ? {} : { at }),
      ...(saw === undefined || saw === "junk ''" ? {} : { saw }),
      ...(source === undefined || at === undefined ? {} : { source }),
    };
    if (kind !== 'warning' && message.text.startsWith('while ')) {
      // Without its cause: stap prints each kind of cause only once.
      context = message;
      continue;
    }
    // Warnings come between the two as well.
    if (context === undefined || kind === 'warning') messages.push(message);
    else {
      messages.push({ ...context, ...message, during: context.text });
      context = undefined;
    }
  }
  return context === undefined ? messages : [...messages, context];
}

const kinds: ReadonlyMap<string, StapMessage['kind']> = new Map([
  ['parse error', 'parse error'],
  ['semantic error', 'semantic error'],
  ['ERROR', 'error'],
  ['WARNING', 'warning'],
]);

function placeReader(): (place: string | undefined) => StapPlace | undefined {
  let file = '';
  return place => {
    const [, name = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(place ?? '') ?? [];
    if (line === undefined) return undefined;
    file = name === '' ? file : name;
    return { file, line: Number(line), column: Number(column) };
  };
}

/** Splits `… at FILE:LINE:COLUMN`; undefined if it does not end so. */
function splitPlace(text: string | undefined): { readonly before: string; readonly place: string } | undefined {
  const at = text?.lastIndexOf(' at ') ?? -1;
  if (text === undefined || at === -1) return undefined;
  const place = text.slice(at + 4);
  return /^\S*:\d+:\d+$/.test(place) ? { before: text.slice(0, at), place } : undefined;
}

/** The token behind the last colon: `identifier 'f'`, `embedded-code`. The token's own text may have colons. */
function sawOf(text: string): string | undefined {
  for (let colon = text.lastIndexOf(': '); colon >= 0; colon = colon === 0 ? -1 : text.lastIndexOf(': ', colon - 1)) {
    const space = text.indexOf(' ', colon + 2);
    const word = text.slice(colon + 2, space === -1 ? text.length : space);
    if (tokenKinds.has(word)) return text.slice(colon + 2);
  }
  return undefined;
}

function textOf(text: string, saw: string | undefined): string {
  return saw === undefined ? text : text.slice(0, text.length - saw.length - 2);
}

/** What SystemTap calls its tokens (parse.cxx, `tt2str`). */
const tokenKinds: ReadonlySet<string> = new Set(
  'junk identifier operator string number embedded-code keyword unknown'.split(' '),
);

function behind(line: string | undefined, words: readonly string[]): string | undefined {
  const text = line?.trimStart();
  const word = words.find(one => text?.startsWith(one));
  return word === undefined || text === line ? undefined : text?.slice(word.length);
}
