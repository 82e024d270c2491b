import {
  type Alias,
  Composer,
  type Document,
  type DocumentOptions,
  Lexer,
  type Node,
  type ParseOptions,
  Parser,
  type Scalar,
  type ScalarTag,
  type SchemaOptions,
  visit,
  type YAMLError,
} from 'yaml';
import { markUnsafe, markVaulted, unsafeText, vaultedText } from './ansible-marks.ts';
import { ansibleScalars } from './ansible-scalars.ts';
import { type Double, findDoubles, reverseMerges } from './find-doubles.ts';
import { createLenientLexer } from './lenient-lexer.ts';

/** `playbook`: YAML 1.2, where `on` is a text. `inventory`: as Ansible reads it, where `on` is true and 010 is 8. */
export type Dialect = 'playbook' | 'inventory';

/** What the YAML library has read. */
export interface ParsedYaml {
  /** The first document; undefined if the text is empty. */
  readonly document: Document.Parsed | undefined;
  readonly second: Document.Parsed | undefined;
  /** Without errors that only follow from others. */
  readonly problems: readonly YAMLError[];
  /** Of the first document. */
  readonly doubles: readonly Double[];
}

export function parseYaml(text: string, dialect: Dialect): ParsedYaml {
  const documents = [...new Composer(options[dialect]).compose(tokensOf(text, dialect))] as readonly Document.Parsed[];
  const [document, second] = documents;
  const doubles = document === undefined ? [] : findDoubles(document, dialect === 'inventory' ? 'any-number' : 'once');
  if (document !== undefined) resolveAliases(document);
  if (dialect === 'inventory' && document !== undefined) readAsPyYaml(document, text);
  // An unknown tag is only a warning to the library; its value would not be what was meant.
  const problems = documents
    .flatMap(one => [...one.errors, ...one.warnings])
    .filter(({ message }) => !tolerated[dialect].test(message))
    .filter(isNoFollowUp);
  return { document, second, problems, doubles };
}

function* tokensOf(text: string, dialect: Dialect): ReturnType<Parser['parse']> {
  const lexer = dialect === 'inventory' ? createLenientLexer() : new Lexer();
  const parser = new Parser();
  for (const lexeme of lexer.lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

// Equal keys are looked for by `findDoubles`.
const common = { stringKeys: true, merge: true, prettyErrors: false, uniqueKeys: false } as const;

const options: Readonly<Record<Dialect, ParseOptions & DocumentOptions & SchemaOptions>> = {
  playbook: { ...common, version: '1.2', schema: 'core', customTags: tags => [...tags, wholeFloat] },
  inventory: { ...common, version: '1.1', schema: 'failsafe', customTags: ansibleScalars },
};

/** `!!float 1`, which the library takes for an unknown tag. */
const wholeFloat: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  resolve(text, onError) {
    const infinity = /^([-+]?)\.inf$/i.exec(text);
    const number = infinity === null ? Number(text) : Number(`${infinity[1]}Infinity`);
    if (text === '' || (Number.isNaN(number) && !/^\.nan$/i.test(text))) onError('Unresolved tag: no float');
    return number;
  },
};

/** Tells each alias what it stands for. The library looks through all that have anchors for each. */
function resolveAliases(document: Document.Parsed): void {
  const anchors = new Map<string, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source) as ReturnType<Alias['resolve']>;
      const byLibrary = alias.resolve;
      alias.resolve = (of, context) => {
        // Where its value is not made yet, that is the library's.
        const isMade = target === undefined || context === undefined || context.anchors.has(target);
        return isMade ? target : byLibrary.call(alias, of, context);
      };
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
}

/** Where PyYAML means something else than the library. */
function readAsPyYaml(document: Document.Parsed, text: string): void {
  const endsInLine = text.slice(text.lastIndexOf('\n') + 1).trim() !== '';
  visit(document, {
    Map(_, map) {
      reverseMerges(map);
    },
    Scalar(_, scalar) {
      const isBlock = scalar.type?.startsWith('BLOCK') === true;
      if (isBlock && endsInLine && (scalar.range?.[1] ?? 0) >= text.length) dropLineEnd(scalar);
    },
  });
}

/** A block text ends with a line end only where the file has one. */
function dropLineEnd(scalar: Scalar): void {
  const { value } = scalar;
  const plain = (text: string) => text.replace(/\n$/, '');
  if (typeof value === 'string') scalar.value = plain(value);
  const vaulted = vaultedText(value as never);
  if (vaulted !== undefined) scalar.value = markVaulted(plain(vaulted));
  const unsafe = unsafeText(value as never);
  if (unsafe !== undefined) scalar.value = markUnsafe(plain(unsafe));
}

/**
 * Complaints of the library that count for nothing, by their texts: several share a code. A bracket that is closed below its
 * key is for people as it should be; PyYAML takes a comment right behind a quote, too.
 */
const tolerated: Readonly<Record<Dialect, RegExp>> = {
  playbook: /^Flow end indicator/,
  inventory: /^Flow end indicator|^Comments must be separated/,
};

/** After a mistake that ends the document early, or turns a mapping into a list, the parser reports each further line. */
function isNoFollowUp({ code, message }: YAMLError, index: number, all: readonly YAMLError[]): boolean {
  const isRepeated = code === 'MULTILINE_IMPLICIT_KEY' && all.findIndex(other => other.code === code) < index;
  return index === 0 || (!isRepeated && !message.includes('token in YAML stream'));
}
