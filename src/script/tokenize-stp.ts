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
 * Cuts a script into tokens as SystemTap's parser does (`man stap`, SCRIPT LANGUAGE); comments and white space are left
 * out. Never fails: what is not closed ends with the text, what is no token is an operator of one character.
 *
 * - `$1`, `@1`, `$#`, `@#` are arguments; `$name`, `$$name` and `$name$` are target variables; `@word` is a macro or an
 *   operator.
 * - `%{ … %}` is embedded C; `%(`, `%?`, `%:`, `%)` belong to the preprocessor.
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

const tokenPattern = [
  '\\s+',
  '#[^\\n]*',
  '//[^\\n]*',
  '/\\*[\\s\\S]*?(?:\\*/|$(?![\\s\\S]))',
  '%\\{[\\s\\S]*?(?:%\\}|$(?![\\s\\S]))',
  '"(?:[^"\\\\\\n]|\\\\(?:[\\s\\S]|$(?![\\s\\S])))*(?:"|(?=\\n)|$(?![\\s\\S]))',
  '[$@](?:\\d+|#)',
  '\\$\\$?[A-Za-z_]\\w*\\$*',
  '@[A-Za-z_]\\w*',
  '0[xX][0-9A-Fa-f]+|0[bB][01]+|\\d+',
  '[A-Za-z_]\\w*',
  '%[(?:)]',
  '<<<|<<=|>>=|[<>=!]=|&&|\\|\\||\\+\\+|--|->|<<|>>|[-+*/.|&^%]=|=~|!~',
  '[\\s\\S]',
].join('|');

function kindOf(text: string): StpToken['kind'] | undefined {
  if (/^(?:\s|#|\/\/|\/\*)/.test(text)) return undefined;
  if (text.startsWith('%{')) return 'embedded-c';
  if (text.startsWith('"')) return 'string';
  if (/^[$@][\d#]/.test(text)) return 'argument';
  if (/^\$\$?[A-Za-z_]/.test(text)) return 'target-variable';
  if (/^@[A-Za-z_]/.test(text)) return 'at-word';
  if (/^\d/.test(text)) return 'number';
  if (/^[A-Za-z_]/.test(text)) return 'identifier';
  return /^%[(?:)]$/.test(text) ? 'preprocessor' : 'operator';
}
