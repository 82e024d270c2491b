import { err, ok, type Result } from '../../model/result.ts';
import { nameKeyword } from './keywords.ts';

/** What a line of ssh_config(5) says: a keyword in lower case, as the manual has it, and its value in words without their quotes. */
export interface ConfigWords {
  readonly keyword: string;
  readonly words: readonly string[];
}

/**
 * Takes a line apart as ssh does; undefined for a blank one and for a comment. The failure is a clause. `Match` has
 * double quotes only, and `=` between a criterion and its pattern; all else has words as a shell has them.
 */
export function splitConfigLine(line: string): Result<ConfigWords | undefined, string> {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return ok(undefined);
  const first = takeWord(text);
  if (first === undefined) return err(unclosed);
  const keyword = nameKeyword(first.word);
  const words = keyword === 'match' ? splitCriteria(first.rest) : splitArguments(first.rest);
  return words === undefined ? err(unclosed) : ok({ keyword, words });
}

const unclosed = 'a quote is not closed';

interface Taken {
  readonly word: string;
  readonly rest: string;
}

/** `strdelim` of OpenSSH: a word ends at a blank, at one `=`, or with the double quote that encloses it. */
function takeWord(text: string): Taken | undefined {
  const [, before = '', end = '', rest = ''] = /^([^\s"=]*)(.?)(.*)$/s.exec(text) ?? [];
  if (end === '"') {
    const close = rest.indexOf('"');
    if (close < 0) return undefined;
    return { word: before + rest.slice(0, close), rest: rest.slice(close + 1).trimStart() };
  }
  const following = rest.trimStart();
  // Blanks around the one "=" are skipped, too.
  if (end !== '=' && following.startsWith('=')) return { word: before, rest: following.slice(1).trimStart() };
  return { word: before, rest: following };
}

function splitCriteria(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let rest = text; rest !== '' && !rest.startsWith('#'); ) {
    const taken = takeWord(rest);
    if (taken === undefined) return undefined;
    words.push(taken.word);
    rest = taken.rest;
  }
  return words;
}

/** `argv_split` of OpenSSH: both kinds of quotes, also within a word; a backslash before a quote, a backslash or a blank. */
function splitArguments(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const part = /\\(['"\\])|"((?:\\['"\\]|[^"])*)"|'((?:\\['"\\]|[^'])*)'|\\( )|([^ \t"'])|(["'])/y;
  for (let at = 0; ; ) {
    while (/[ \t]/.test(text.charAt(at))) at++;
    if (at >= text.length || text[at] === '#') return words;
    let word = '';
    for (part.lastIndex = at; ; at = part.lastIndex) {
      const match = part.exec(text);
      if (match === null) break;
      const [, escaped, double, single, blank, plain, open] = match;
      if (open !== undefined) return undefined;
      word += escaped ?? (double ?? single)?.replace(/\\(['"\\])/g, '$1') ?? blank ?? plain ?? '';
    }
    words.push(word);
  }
}
