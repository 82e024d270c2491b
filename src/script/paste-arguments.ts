import { type StpToken, tokenizeStp } from './tokenize-stp.ts';

/** A token as SystemTap's parser gets it, after arguments, macros and the preprocessor. Its place is in the script. */
export interface ParsedToken extends StpToken {
  /** False in a branch of the preprocessor that may or may not be taken. */
  readonly sure: boolean;
  /** It comes from this argument: pasted as code (`$1`), or a string made of it (`@1`). */
  readonly argument?: { readonly number: number; readonly as: 'code' | 'text' };
}

/** In a real script, arguments never make more tokens than this. The rest stays as it is, and is not sure. */
const mostPasted = 200_000;

/**
 * Replaces arguments by their values, as the lexer does before anything else: `$1` by the tokens of the argument's text, `@1`
 * by a string. The token stays if the argument is not given, or if its value is not known yet (undefined).
 */
export function pasteArguments(
  tokens: readonly StpToken[],
  args: readonly (string | undefined)[],
): readonly ParsedToken[] {
  const pasted = new Map<string, readonly StpToken[]>();
  let left = mostPasted;
  return tokens.flatMap((token, index): ParsedToken | readonly ParsedToken[] => {
    const { kind, start, end, text } = token;
    if (kind !== 'argument') return { kind, text, start, end, sure: true };
    const as = text.startsWith('$') ? ('code' as const) : ('text' as const);
    if (text.endsWith('#')) {
      const count = as === 'code' ? String(args.length) : `"${args.length}"`;
      return { kind: as === 'code' ? 'number' : 'string', text: count, start, end, sure: true };
    }
    const number = Number(text.slice(1));
    const value = args[number - 1];
    const next = tokens[index + 1];
    // `$1ms` would be one token with what stands behind it.
    const isGlued = next?.start === end && /^\w/.test(next.text);
    if (value === undefined || isGlued) return { kind, text, start, end, sure: true };
    const argument = { number, as };
    if (as === 'text') return { kind: 'string', text: quote(value), start, end, sure: true, argument };
    const parts = pasted.get(value) ?? tokenizeStp(value);
    pasted.set(value, parts);
    left -= parts.length;
    if (left < 0) return { kind, text, start, end, sure: false };
    return parts.map(part => ({ kind: part.kind, text: part.text, start, end, sure: true, argument }));
  });
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
