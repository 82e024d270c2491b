import type { ParsedToken } from './paste-arguments.ts';

/** The tokens after a pass, and whether everything that can be expanded has been. */
export interface Expanded {
  readonly tokens: readonly ParsedToken[];
  readonly isComplete: boolean;
}

/**
 * Expands the macros that a script defines itself (`@define name(a) %( … @a … %)`), as the parser's first pass does. Macros of
 * the library are not known and stay at-words. The result is not complete if the expansion is too deep or too long for a real
 * script, if a macro has two definitions, or if something is not closed.
 */
export function expandMacros(tokens: readonly ParsedToken[]): Expanded {
  const expansion: Expansion = { macros: new Map(), out: [], steps: 0, isComplete: true };
  expand(tokens, new Map(), 0, expansion);
  return { tokens: expansion.out, isComplete: expansion.isComplete };
}

interface Macro {
  readonly parameters: readonly string[];
  readonly body: readonly ParsedToken[];
}

/** The value of a macro's parameter, and the scope of the names in that value. */
interface Closure {
  readonly tokens: readonly ParsedToken[];
  readonly scope: Scope;
}

type Scope = ReadonlyMap<string, Closure>;

interface Expansion {
  readonly macros: Map<string, Macro | 'ambiguous'>;
  readonly out: ParsedToken[];
  /** The number of tokens so far: nested macros can multiply. */
  steps: number;
  isComplete: boolean;
}

const deepest = 20;
const mostSteps = 3_000_000;

function expand(tokens: readonly ParsedToken[], scope: Scope, depth: number, expansion: Expansion): void {
  const { macros, out } = expansion;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as ParsedToken;
    expansion.steps++;
    if (token.kind !== 'at-word') {
      out.push(token);
      continue;
    }
    if (token.text === '@define') {
      index = define(tokens, index, expansion);
      continue;
    }
    const name = token.text.slice(1);
    const closure = scope.get(name);
    const macro = macros.get(name);
    if (depth >= deepest || expansion.steps > mostSteps || macro === 'ambiguous') {
      expansion.isComplete = false;
      out.push(token);
    } else if (closure !== undefined) {
      expand(closure.tokens, closure.scope, depth + 1, expansion);
    } else if (macro === undefined) {
      out.push(token);
    } else {
      const given = readValues(tokens, index, macro.parameters, scope);
      if (given === undefined) {
        expansion.isComplete = false;
        for (; index < tokens.length; index++) out.push(tokens[index] as ParsedToken);
        return;
      }
      expand(macro.body, given.scope, depth + 1, expansion);
      index = given.last;
    }
  }
}

/** Remembers a definition; returns the index of its last token. */
function define(tokens: readonly ParsedToken[], at: number, expansion: Expansion): number {
  const { macros } = expansion;
  const name = tokens[at + 1]?.text ?? '';
  const parameters: string[] = [];
  let index = at + 2;
  if (tokens[index]?.text === '(') {
    for (index++; index < tokens.length && tokens[index]?.text !== ')'; index++) {
      if (tokens[index]?.kind === 'identifier') parameters.push(tokens[index]?.text ?? '');
    }
    index++;
  }
  const first = index + 1;
  let depth = 0;
  for (; index < tokens.length; index++) {
    if (tokens[index]?.text === '%(') depth++;
    else if (tokens[index]?.text === '%)') depth--;
    if (depth === 0) break;
  }
  if (tokens[first - 1]?.text !== '%(' || index >= tokens.length) expansion.isComplete = false;
  macros.set(name, macros.has(name) ? 'ambiguous' : { parameters, body: tokens.slice(first, index) });
  return index;
}

/** The values of a macro's parameters where it is used; undefined if their parentheses are not closed. */
function readValues(
  tokens: readonly ParsedToken[],
  at: number,
  parameters: readonly string[],
  scope: Scope,
): { readonly scope: Scope; readonly last: number } | undefined {
  const values = new Map<string, Closure>();
  if (parameters.length === 0) return { scope: values, last: at };
  let index = at + 1;
  if (tokens[index]?.text !== '(') return undefined;
  for (const parameter of parameters) {
    const first = ++index;
    for (let depth = 0; index < tokens.length; index++) {
      const text = tokens[index]?.text;
      if (depth === 0 && (text === ',' || text === ')')) break;
      if (text === '(' || text === '[') depth++;
      else if (text === ')' || text === ']') depth--;
    }
    if (index >= tokens.length) return undefined;
    values.set(parameter, { tokens: tokens.slice(first, index), scope });
  }
  return tokens[index]?.text === ')' ? { scope: values, last: index } : undefined;
}
