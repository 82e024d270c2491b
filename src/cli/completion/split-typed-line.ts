/** The line up to the cursor of a shell, as words without their quotes. */
export interface TypedLine {
  /** The last one is the word at the cursor; it may be empty. */
  readonly words: readonly string[];
  /** The part of the last word that readline replaces. It begins behind a quote or one of the breaks. */
  readonly replaced: string;
}

/** Splits a line as bash does, without expanding anything. `breaks` are the characters at which readline begins a word. */
export function splitTypedLine(line: string, breaks: string): TypedLine {
  const words: string[] = [];
  let word: string | undefined;
  let start = line.length;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (quote === '"' && character === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) word += line[++at] ?? '';
      else word += character;
      continue;
    }
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (word === undefined) start = at;
    word ??= '';
    if (character === '"' || character === "'") {
      quote = character;
      start = at + 1;
    } else if (character === '\\') word += line[++at] ?? '';
    else {
      word += character;
      if (breaks.includes(character)) start = at + 1;
    }
  }
  return { words: [...words, word ?? ''], replaced: word === undefined ? '' : line.slice(start) };
}
