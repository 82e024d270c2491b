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
  const out: ParsedToken[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const { kind, start, end, text } = tokens[index] as StpToken;
    if (kind !== 'argument') {
      out.push({ kind, text, start, end, sure: true });
      continue;
    }
    const as = text.startsWith('$') ? ('code' as const) : ('text' as const);
    if (text.endsWith('#')) {
      const count = as === 'code' ? String(args.length) : `"${args.length}"`;
      out.push({ kind: as === 'code' ? 'number' : 'string', text: count, start, end, sure: true });
      continue;
    }
    const number = Number(text.slice(1));
    const value = args[number - 1];
    const argument = { number, as };
    if (value === undefined) out.push({ kind, text, start, end, sure: true });
    else if (as === 'text') out.push({ kind: 'string', text: quote(value), start, end, sure: true, argument });
    else {
      // `$1ms` is one token with what stands behind it, if the value ends in a word.
      const next = tokens[index + 1];
      const glued = next?.start === end && /^\w/.test(next.text) && /[\w$]$/.test(value) ? next : undefined;
      const code = `${value}${glued?.text ?? ''}`;
      const parts = pasted.get(code) ?? tokenizeStp(code);
      pasted.set(code, parts);
      left -= parts.length;
      if (left < 0) out.push({ kind, text, start, end, sure: false });
      else {
        const last = glued?.end ?? end;
        out.push(...parts.map(part => ({ kind: part.kind, text: part.text, start, end: last, sure: true, argument })));
        if (glued !== undefined) index++;
      }
    }
  }
  return out;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
