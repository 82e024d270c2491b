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
 * Cuts a script into tokens as SystemTap's own lexer does (parse.cxx, `lexer::scan`); comments and white space are left
 * out. Never fails: what is not closed ends with the text (a string with its line), what is no token is an operator of
 * one character. Takes time in proportion to the text, whatever it is.
 *
 * - `$1`, `@1`, `$#`, `@#` are arguments; `$name`, `$$name` and `$name$` are target variables; `@word` is a macro or an
 *   operator.
 * - `%{ … %}` is embedded C; `%(`, `%?`, `%:`, `%)` belong to the preprocessor.
 * - A number goes on through letters, as `5x` does: whether it is one is asked later, as by SystemTap.
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
  '\\s+',
  '#[^\\n]*',
  '//[^\\n]*',
  '/\\*[\\s\\S]*?(?:\\*/|$(?![\\s\\S]))',
  '%\\{[\\s\\S]*?(?:%\\}|$(?![\\s\\S]))',
  // The closing quote, or all that there is: nothing that fails behind a loop, so that nothing is tried twice.
  '"[^"\\\\\\n]*(?:\\\\[\\s\\S][^"\\\\\\n]*)*["\\\\]?',
  '[$@](?:\\d+|#)',
  '\\$[\\w$]+',
  '@[A-Za-z_][\\w$]*',
  '\\d[0-9A-Za-z]*',
  '[A-Za-z_][\\w$]*',
  '%[(?:)]',
  '<<<|>>>|<<=|>>=|[<>=!]=|&&|\\|\\||\\+\\+|--|->|<<|>>|[-+*/.|&^%]=|=~|!~',
  '[\\s\\S]',
].join('|');

function kindOf(text: string): StpToken['kind'] | undefined {
  if (/^(?:\s|#|\/\/|\/\*)/.test(text)) return undefined;
  if (text.startsWith('%{')) return 'embedded-c';
  if (text.startsWith('"')) return 'string';
  if (/^[$@][\d#]/.test(text)) return 'argument';
  if (/^\$[\w$]/.test(text)) return 'target-variable';
  if (/^@[A-Za-z_]/.test(text)) return 'at-word';
  if (/^\d/.test(text)) return 'number';
  if (/^[A-Za-z_]/.test(text)) return 'identifier';
  return /^%[(?:)]$/.test(text) ? 'preprocessor' : 'operator';
}
