import { chooseBranches } from './choose-branches.ts';
import { expandMacros } from './expand-macros.ts';
import { findUnbalanced } from './find-unbalanced.ts';
import { type ParsedToken, pasteArguments } from './paste-arguments.ts';
import { isUnclosed, type StpToken } from './tokenize-stp.ts';

/** The parts of a script, as SystemTap's parser finds them. */
export interface StpOutline {
  readonly probes: readonly StpProbe[];
  readonly functions: readonly StpFunction[];
  readonly globals: readonly StpGlobal[];
  /** What stands where a global has its first value, and is no literal. */
  readonly badInitials: readonly ParsedToken[];
  /** All tokens, after arguments, macros and the preprocessor. */
  readonly tokens: readonly ParsedToken[];
  /**
   * Whether these are certainly all parts. False if there is a macro of the library, a branch that cuts through a part, or
   * nonsense between them.
   */
  readonly isWhole: boolean;
  /** What is opened and never closed, in a script that is complete otherwise. */
  readonly unclosed: ParsedToken | undefined;
  /** A bracket that closes nothing. */
  readonly unopened: ParsedToken | undefined;
}

export interface StpProbe {
  readonly keyword: ParsedToken;
  /** The probe points, with the name of an alias before them; without conditions. */
  readonly head: readonly ParsedToken[];
  /** The condition in `if (…)` behind the points. */
  readonly condition: readonly ParsedToken[];
  readonly body: readonly ParsedToken[];
  readonly kind: 'probe' | 'alias';
}

export interface StpFunction {
  readonly name: string;
  readonly body: readonly ParsedToken[];
}

export interface StpGlobal {
  readonly name: ParsedToken;
  readonly visibility: 'public' | 'private';
  /** It is declared with a size, or with the mark of an array that wraps. */
  readonly isArray: boolean;
  readonly initial: 'number' | 'string' | undefined;
}

/** Outlines a script for given arguments. Never fails; takes time in proportion to the length of the script. */
export function outlineStp(
  raw: readonly StpToken[],
  args: readonly (string | undefined)[],
  guru: boolean | undefined,
): StpOutline {
  const { tokens, isComplete } = chooseBranches(expandMacros(pasteArguments(raw, args)), guru);
  const reader: Reader = {
    tokens,
    at: 0,
    probes: [],
    functions: [],
    globals: [],
    badInitials: [],
    isWhole: isComplete,
  };
  while (reader.at < tokens.length) readPart(reader);
  const torn = tokens.find(token => token.sure && isUnclosed(token)) ?? reader.unclosed;
  const unbalanced = torn === undefined && isComplete ? findUnbalanced(tokens) : undefined;
  const unclosed = torn ?? (unbalanced?.kind === 'unclosed' ? unbalanced.token : undefined);
  return {
    probes: reader.probes,
    functions: reader.functions,
    globals: reader.globals,
    badInitials: reader.badInitials,
    tokens,
    isWhole: reader.isWhole && unclosed === undefined && unbalanced === undefined,
    unclosed: reader.isWhole || unclosed === unbalanced?.token || unclosed?.kind !== 'operator' ? unclosed : undefined,
    unopened: unbalanced?.kind === 'unopened' ? unbalanced.token : undefined,
  };
}

interface Reader {
  readonly tokens: readonly ParsedToken[];
  at: number;
  readonly probes: StpProbe[];
  readonly functions: StpFunction[];
  readonly globals: StpGlobal[];
  readonly badInitials: ParsedToken[];
  isWhole: boolean;
  unclosed?: ParsedToken;
}

function readPart(reader: Reader): void {
  const { tokens } = reader;
  const token = tokens[reader.at++];
  const text = token?.kind === 'identifier' ? token.text : undefined;
  if (text === 'probe') readProbe(reader, token as ParsedToken);
  else if (text === 'function') readFunction(reader);
  else if (text === 'global') readGlobals(reader, 'public');
  else if (text === 'private') {
    const next = tokens[reader.at]?.text;
    if (next === 'function') {
      reader.at++;
      readFunction(reader);
    } else {
      if (next === 'global') reader.at++;
      readGlobals(reader, 'private');
    }
  } else if (token?.kind !== 'embedded-c' && token?.text !== ';') reader.isWhole = false;
}

function readProbe(reader: Reader, keyword: ParsedToken): void {
  const { tokens } = reader;
  const head: ParsedToken[] = [];
  const condition: ParsedToken[] = [];
  let kind: StpProbe['kind'] = 'probe';
  let groups = 0;
  for (; reader.at < tokens.length; reader.at++) {
    const token = tokens[reader.at] as ParsedToken;
    const before = tokens[reader.at - 1]?.text ?? '';
    if (token.text === '{') {
      // `kernel.{function("a"), function("b")}`: a choice of points, and no body.
      if (groups === 0 && !groupOpeners.has(before)) break;
      groups++;
    } else if (token.text === '}') {
      if (groups === 0) reader.isWhole = false;
      groups = Math.max(0, groups - 1);
    } else if (token.text === 'if' && token.kind === 'identifier' && before !== '.') {
      reader.at = readParentheses(tokens, reader.at + 1, condition);
      continue;
    } else if (token.text === '=' || token.text === '+=') kind = 'alias';
    if (
      (token.kind === 'at-word' && token.argument === undefined) ||
      (token.kind === 'identifier' && partKeywords.has(token.text) && !groupOpeners.has(before))
    ) {
      reader.isWhole = false;
    }
    head.push(token);
  }
  if (reader.at >= tokens.length) {
    reader.isWhole = false;
    return;
  }
  const body = readBlock(reader);
  // An alias may have a second body, for what comes behind.
  const epilogue = kind === 'alias' && tokens[reader.at]?.text === ',' ? readBehindComma(reader) : [];
  reader.probes.push({ keyword, head, condition, body: [...body, ...epilogue], kind });
}

const groupOpeners: ReadonlySet<string> = new Set(['.', ',', '{', '=', '+=', 'probe']);

const partKeywords: ReadonlySet<string> = new Set(['probe', 'global', 'private', 'function']);

function readBehindComma(reader: Reader): readonly ParsedToken[] {
  reader.at++;
  return readBlock(reader);
}

function readFunction(reader: Reader): void {
  const { tokens } = reader;
  const name = tokens[reader.at];
  // NAME : TYPE (A : TYPE, …) : PRIORITY
  while (reader.at < tokens.length && tokens[reader.at]?.text !== '{' && tokens[reader.at]?.kind !== 'embedded-c') {
    if (tokens[reader.at]?.kind === 'at-word') reader.isWhole = false;
    reader.at++;
  }
  const start = tokens[reader.at];
  if (start === undefined || name?.kind !== 'identifier') reader.isWhole = false;
  const isC = start?.kind === 'embedded-c';
  if (isC) reader.at++;
  reader.functions.push({ name: name?.text ?? '', body: isC ? [start] : readBlock(reader) });
}

function readGlobals(reader: Reader, visibility: StpGlobal['visibility']): void {
  const { tokens } = reader;
  for (;;) {
    const name = tokens[reader.at];
    if (name?.kind !== 'identifier') {
      reader.isWhole = false;
      return;
    }
    reader.at++;
    const isWrapping = take(reader, '%');
    const isSized = take(reader, '[');
    if (isSized) {
      while (reader.at < tokens.length && /^(?:number|argument)$/.test(tokens[reader.at]?.kind ?? '')) reader.at++;
      if (!take(reader, ']')) reader.isWhole = false;
    }
    const initial = take(reader, '=') ? readInitial(reader) : undefined;
    reader.globals.push({ name, visibility, isArray: isWrapping || isSized, initial });
    if (!take(reader, ',')) return;
  }
}

function readInitial(reader: Reader): StpGlobal['initial'] {
  const { tokens } = reader;
  take(reader, '-');
  const value = tokens[reader.at];
  // A remaining at-word comes from the library, and an argument is not known yet: both may be any literal.
  if (!/^(?:number|string|argument|at-word)$/.test(value?.kind ?? '')) {
    if (reader.isWhole && value?.sure && value.kind !== 'preprocessor') reader.badInitials.push(value);
    reader.isWhole = false;
    return undefined;
  }
  reader.at++;
  if (value?.kind === 'at-word') reader.isWhole = false;
  // "a" "b" is one string, as in C. If it is not known which branch is taken, the values of both are here.
  while (tokens[reader.at]?.kind === value?.kind && value?.kind !== 'at-word') reader.at++;
  return value?.sure && (value.kind === 'number' || value.kind === 'string') ? value.kind : undefined;
}

function take(reader: Reader, text: string): boolean {
  if (reader.tokens[reader.at]?.text !== text) return false;
  reader.at++;
  return true;
}

/** Reads from the `{` here to its `}`; returns the tokens between them. */
function readBlock(reader: Reader): readonly ParsedToken[] {
  const { tokens } = reader;
  const open = tokens[reader.at];
  if (open?.text !== '{') {
    reader.isWhole = false;
    return [];
  }
  const first = reader.at + 1;
  let depth = 0;
  // A branch that holds one brace without the other cuts through the block.
  let unsure = 0;
  for (; reader.at < tokens.length; reader.at++) {
    const token = tokens[reader.at] as ParsedToken;
    const by = token.text === '{' ? 1 : token.text === '}' ? -1 : 0;
    depth += by;
    if (!token.sure) unsure += by;
    if (unsure < 0) reader.isWhole = false;
    if (by !== 0 && depth === 0) break;
  }
  if (unsure > 0) reader.isWhole = false;
  const last = reader.at++;
  if (depth > 0) reader.unclosed ??= open;
  return tokens.slice(first, last);
}

/** Reads the tokens of `( … )` into `inside`; returns the index of the closing parenthesis. */
function readParentheses(tokens: readonly ParsedToken[], at: number, inside: ParsedToken[]): number {
  let depth = 0;
  let index = at;
  for (; index < tokens.length; index++) {
    const token = tokens[index] as ParsedToken;
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    if (depth <= 0) break;
    inside.push(token);
  }
  return index;
}
