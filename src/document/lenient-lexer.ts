import { Lexer } from 'yaml';

/** What the library keeps to itself. The tests of `read-yaml` hold it to this. */
interface Insides {
  indentNext: number;
  parseQuotedScalar(): Generator<string, unknown>;
  parseFlowCollection(): Generator<string, unknown>;
}

/**
 * A lexer as that of PyYAML: within quotes and brackets, lines may begin at the column of their key, or left of it. YAML wants
 * them to be indented deeper.
 */
export function createLenientLexer(): Lexer {
  const lexer = new Lexer();
  const inner = lexer as unknown as Insides;
  const { parseQuotedScalar, parseFlowCollection } = inner;
  inner.parseQuotedScalar = () => withoutIndentation(inner, parseQuotedScalar);
  inner.parseFlowCollection = () => withoutIndentation(inner, parseFlowCollection);
  return lexer;
}

function* withoutIndentation(inner: Insides, parse: () => Generator<string, unknown>): Generator<string, unknown> {
  const { indentNext } = inner;
  inner.indentNext = 0;
  try {
    return yield* parse.call(inner);
  } finally {
    inner.indentNext = indentNext;
  }
}
