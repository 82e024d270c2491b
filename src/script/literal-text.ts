import type { ParsedToken } from './paste-arguments.ts';

/**
 * The text of the strings that stand here one behind another, which SystemTap reads as one: `"/usr/" "lib"`, `@1 "/bin/psql"`.
 * Several texts, where branches of the preprocessor choose among strings. Undefined for anything else, such as an argument whose
 * value is not known.
 */
export function literalTexts(tokens: readonly ParsedToken[]): readonly string[] | undefined {
  if (tokens.length === 0 || !tokens.every(({ kind }) => kind === 'string')) return undefined;
  const choices = tokens.filter(({ sure }) => !sure);
  const join = (chosen: ParsedToken | undefined): string =>
    tokens
      .filter(token => token.sure || token === chosen)
      .map(({ text }) => unescapeText(text))
      .join('');
  return choices.length === 0 ? [join(undefined)] : choices.map(join);
}

/** As the lexer does: escapes of C stay as they are, before any other character the backslash goes. */
function unescapeText(text: string): string {
  const inside = text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
  return inside.replace(/\\([\s\S])/g, (all, character: string) =>
    /[abtnvfrx0-7\\]/.test(character) ? all : character,
  );
}
