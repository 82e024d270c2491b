/** A piece of a SystemTap script. `end` is the offset just past it. */
export interface StpToken {
  readonly kind:
    | 'identifier'
    | 'number'
    | 'string'
    | 'target-variable'
    | 'argument'
    | 'at-word'
    | 'embedded-c'
    | 'preprocessor'
    | 'operator';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a script into tokens as SystemTap's own lexer does (parse.cxx, `lexer::scan`), without comments and white space. Never
 * fails: an open string ends with its line, other open tokens with the text, and any unknown character is an operator. Takes
 * time in proportion to the length of the text.
 *
 * - `$1`, `@1`, `$#`, `@#` are arguments; `$name`, `$$name` and `$name$` are target variables; `@word` is a macro or an
 *   operator.
 * - `%{ … %}` is embedded C; `%(`, `%?`, `%:`, `%)` belong to the preprocessor.
 * - A number includes the letters behind it, as in `5x`. Whether it is valid is checked later, as in SystemTap.
 */
export function tokenizeStp(text: string): readonly StpToken[] {
  const tokens: StpToken[] = [];
  const pattern = new RegExp(tokenPattern, 'gy');
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    // Every character fits the last alternative.
    if (match === null) break;
    const end = pattern.lastIndex;
    const kind = kindOf(match[0]);
    if (kind !== undefined) tokens.push({ kind, text: match[0], start, end });
  }
  return tokens;
}

/** Whether the closing mark of a string or of embedded C is missing. */
export function isUnclosed({ kind, text }: StpToken): boolean {
  if (kind === 'embedded-c') return text.length < 4 || !text.endsWith('%}');
  return kind === 'string' && !/^"[^"\\]*(?:\\[\s\S][^"\\]*)*"$/.test(text);
}

const tokenPattern = [
  // No byte order mark, no-break space and their like, which are white space to a pattern of JavaScript only.
  '[ \\t\\n\\v\\f\\r]+',
  '#[^\\n]*',
  '//[^\\n]*',
  '/\\*[\\s\\S]*?(?:\\*/|$(?![\\s\\S]))',
  '%\\{[\\s\\S]*?(?:%\\}|$(?![\\s\\S]))',
  // The closing quote is optional: if a match failed behind a loop, the loop would be tried again and again.
  '"[^"\\\\\\n]*(?:\\\\[\\s\\S][^"\\\\\\n]*)*["\\\\]?',
  '[$@](?:\\d+|#)',
  '\\$[\\w$]+',
  '@[A-Za-z_][\\w$]*',
  '\\d[0-9A-Za-z]*',
  '[A-Za-z_][\\w$]*',
  '%[(?:)]',
  '<<<|>>>|<<=|>>=|[<>=!]=|&&|\\|\\||\\+\\+|--|->|<<|>>|[-+*/.|&^%]=|=~|!~',
  '[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[\\s\\S]',
].join('|');

function kindOf(text: string): StpToken['kind'] | undefined {
  if (/^(?:[ \t\n\v\f\r]|#|\/\/|\/\*)/.test(text)) return undefined;
  if (text.startsWith('%{')) return 'embedded-c';
  if (text.startsWith('"')) return 'string';
  if (/^[$@][\d#]/.test(text)) return 'argument';
  if (/^\$[\w$]/.test(text)) return 'target-variable';
  if (/^@[A-Za-z_]/.test(text)) return 'at-word';
  if (/^\d/.test(text)) return 'number';
  if (/^[A-Za-z_]/.test(text)) return 'identifier';
  return /^%[(?:)]$/.test(text) ? 'preprocessor' : 'operator';
}
