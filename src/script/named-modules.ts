import { literalTexts } from './literal-text.ts';
import type { ParsedToken } from './paste-arguments.ts';

/** A user-space file that an operator of a script names: `@cast(p, "List", "/usr/bin/postgres")`. */
export interface NamedModule {
  readonly text: string;
  readonly tokens: readonly ParsedToken[];
}

/**
 * The files that `@cast`, `@enumname` and `@var` look into. Their last operand may name several, with colons between; what has no slash is
 * the kernel or one of its modules, and `<…>` is a header (tapsets.cxx, `is_user_module`).
 */
export function namedModules(tokens: readonly ParsedToken[]): readonly NamedModule[] {
  return tokens.flatMap((token, index) => {
    const operand = token.kind === 'at-word' ? operands[token.text] : undefined;
    if (operand === undefined || tokens[index + 1]?.text !== '(') return [];
    const inside = operandAt(tokens, index + 2, operand);
    return (literalTexts(inside) ?? [])
      .flatMap(text => text.split(':'))
      .filter(text => text.includes('/') && !/<|\.ko\b/.test(text))
      .map(text => ({ text, tokens: inside }));
  });
}

/** Which operand it is, counted from 0. */
const operands: Readonly<Record<string, number>> = { '@cast': 2, '@var': 1, '@enumname': 2 };

/** In tokens; no real operator is longer. */
const longestOperator = 1000;

function operandAt(tokens: readonly ParsedToken[], from: number, wanted: number): readonly ParsedToken[] {
  let [depth, operand, first] = [0, 0, from];
  for (let index = from; index < Math.min(tokens.length, from + longestOperator); index++) {
    const { text, kind } = tokens[index] as ParsedToken;
    if (kind !== 'operator') continue;
    if (text === '(' || text === '[') depth++;
    if (depth === 0 && (text === ',' || text === ')')) {
      if (operand === wanted) return tokens.slice(first, index);
      if (text === ')') return [];
      operand++;
      first = index + 1;
    }
    if (text === ')' || text === ']') depth--;
  }
  return [];
}
