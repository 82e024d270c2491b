import { pythonEscapes } from '../../inventory/written/python-escapes.ts';
import { err, ok, type Result } from '../../model/result.ts';

/** A word, and where it has a `=` that no backslash escapes, what stands before and behind that. */
export interface KeyValue {
  readonly word: string;
  readonly pair?: readonly [key: string, value: string];
}

/**
 * Splits `a=1 b='x y'` as Ansible's `parse_kv` does: words end at blanks and line ends that stand neither in quotes nor in a
 * template; escapes such as `\n` and `\u00e9` are read, and quotes around a whole value taken off. A tab ends no word. The
 * failure is a sentence.
 */
export function readKeyValues(text: string): Result<readonly KeyValue[], string> {
  const words: string[] = [];
  let open: Open = { depths: marks.map(() => 0) };
  let word: string | undefined;
  for (const piece of text.split(/(?<=[ \n])/)) {
    const chunk = piece.replace(/[ \n]$/, '');
    if (word === undefined && (chunk === '' || chunk === '\\')) continue;
    open = follow(chunk, open);
    word = (word ?? '') + piece;
    if (isOpen(open)) continue;
    words.push(word);
    word = undefined;
  }
  if (word !== undefined)
    return err(`${open.quote === undefined ? 'a template' : `the quote ${open.quote}`} is never closed`);
  return ok(words.map(one => readWord(readEscapes(one))));
}

/** What is open at the end of a chunk. */
interface Open {
  readonly quote?: string;
  /** Of each kind of template. */
  readonly depths: readonly number[];
}

const marks = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
] as const;

function isOpen({ quote, depths }: Open): boolean {
  return quote !== undefined || depths.some(depth => depth > 0);
}

function follow(chunk: string, before: Open): Open {
  let { quote } = before;
  for (const [mark] of chunk.matchAll(/(?<!\\)["']/g)) {
    if (quote === undefined) quote = mark;
    else if (quote === mark) quote = undefined;
  }
  const count = (mark: string): number => chunk.split(mark).length - 1;
  const depths = marks.map(([begin, end], kind) => Math.max(0, (before.depths[kind] ?? 0) + count(begin) - count(end)));
  return quote === undefined ? { depths } : { quote, depths };
}

function readWord(text: string): KeyValue {
  const word = text.trim();
  const at = /(?<=[^\\])=/.exec(word)?.index;
  return at === undefined ? { word } : { word, pair: [word.slice(0, at).trim(), unquote(word.slice(at + 1).trim())] };
}

function unquote(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 && value.at(-2) !== '\\' ? value.slice(1, -1) : value;
}

function readEscapes(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(000[\da-fA-F]{5}|0010[\da-fA-F]{4})|([\\'"abfnrtv]))/g,
    (_, two?: string, four?: string, eight?: string, one = '') => {
      const code = two ?? four ?? eight;
      return code === undefined ? (pythonEscapes[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}
