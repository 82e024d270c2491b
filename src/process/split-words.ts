import { err, ok, type Result } from '../model/result.ts';

/** A word of a line without its quotes, and the columns (from 0) that it covers with them. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a line's quoting, in one sentence, and from which column on. */
export interface UnfinishedWord {
  readonly message: string;
  readonly start: number;
}

/**
 * Splits one line as Python's `shlex.split(line, comments=True)` does; Ansible uses it for hosts in INI. Both kinds of quotes
 * may begin within a word. A backslash escapes the next character (within double quotes only `"` and `\`). A `#` begins a
 * comment even in the middle of a word, unless comments are switched off.
 */
export function splitWords(
  line: string,
  comments: 'with-comments' | 'without-comments' = 'with-comments',
): Result<readonly Word[], UnfinishedWord> {
  const isComment = (char: string): boolean => char === '#' && comments === 'with-comments';
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? '';
    if (isBlank(char)) {
      at++;
      continue;
    }
    if (isComment(char)) break;
    const word = readWord(line, at, isComment);
    if (!word.ok) return word;
    words.push(word.value);
    at = word.value.end;
  }
  return ok(words);
}

function readWord(line: string, start: number, isComment: (char: string) => boolean): Result<Word, UnfinishedWord> {
  let text = '';
  let at = start;
  while (at < line.length) {
    const char = line[at] ?? '';
    if (isBlank(char) || isComment(char)) break;
    if (char === '\\') {
      if (at + 1 >= line.length) return err({ message: 'nothing follows the backslash', start: at });
      text += line[at + 1];
      at += 2;
    } else if (char === '"' || char === "'") {
      const close = endOfQuote(line, at, char);
      if (close === -1) return err({ message: `the quote ${char} is never closed`, start: at });
      const inside = line.slice(at + 1, close);
      text += char === '"' ? inside.replace(/\\(["\\])/g, '$1') : inside;
      at = close + 1;
    } else {
      text += char;
      at++;
    }
  }
  return ok({ text, start, end: at });
}

function endOfQuote(line: string, open: number, quote: string): number {
  for (let at = open + 1; at < line.length; at++) {
    if (quote === '"' && line[at] === '\\' && (line[at + 1] === '"' || line[at + 1] === '\\')) at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
