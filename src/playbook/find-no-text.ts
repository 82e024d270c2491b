/** The first place of a script that is no text: a NUL byte, or what was no UTF-8 and came out as U+FFFD. */
export function findNoText(text: string): { readonly kind: 'nul' | 'not-utf-8'; readonly index: number } | undefined {
  const found = /[\0\uFFFD]/.exec(withoutComments(text));
  return found === null ? undefined : { kind: found[0] === '\0' ? 'nul' : 'not-utf-8', index: found.index };
}

/**
 * What is said in comments may be of any encoding: blanks stand in its place. Strings and embedded C, in which `//` and `#` begin
 * no comment, stay as they are; an old file of another kind has NULs in its comments too.
 */
function withoutComments(text: string): string {
  return text.replace(pieces, piece => (/^(?:#|\/)/.test(piece) ? piece.replace(/\uFFFD/g, ' ') : piece));
}

/** A string, embedded C or a comment; each ends with the text where it is not closed. */
const pieces =
  /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*["\\]?|%\{[\s\S]*?(?:%\}|$(?![\s\S]))|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/g;
