import { Lexer } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { placeAt, type SourceFile } from '../model/source.ts';

/** How large a document may be, in UTF-16 code units: far above any real one. */
const largest = { playbook: 4 * 1024 * 1024, inventory: 64 * 1024 * 1024 };

/** Much deeper, and the parser's own recursion would overflow. */
const deepest = 200;

/** Why a document must not reach the parser: too large, too deep, or no text; undefined if it may. */
export function refuseUnreadable(source: SourceFile, dialect: 'playbook' | 'inventory'): Diagnostic | undefined {
  const { text } = source;
  const refuse = (code: DiagnosticCode, message: string, cure: string, at: number): Diagnostic => ({
    severity: 'error',
    code,
    message,
    cure,
    place: shorten(placeAt(source, at, at + 1)),
  });
  if (text.length > largest[dialect]) {
    const most = largest[dialect] / (1024 * 1024);
    return refuse('too-large', `the file is larger than ${most} MB`, 'is it really a YAML document?', 0);
  }
  const binary = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\uFFFD/.exec(text);
  if (binary !== null) {
    const code = (text.codePointAt(binary.index) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    return refuse('not-text', `U+${code} has no place in a YAML document`, 'save the file as UTF-8 text', binary.index);
  }
  const deep = findTooDeep(text);
  if (deep === undefined) return undefined;
  return refuse('too-deep', `it is nested deeper than ${deepest} levels`, 'is it really a YAML document?', deep);
}

/** A cheap check without parsing: nested brackets, dashes on one line, or endless indentation. */
function findTooDeep(text: string): number | undefined {
  const dashes = /^[ \t]*(?:[-?:][ \t]+){200}/m.exec(text);
  if (dashes !== null) return dashes.index;
  return findDeepIndentation(text) ?? findDeepBrackets(text);
}

function findDeepIndentation(text: string): number | undefined {
  const indents: number[] = [];
  for (const match of text.matchAll(/^( *)[^\s#]/gm)) {
    const indent = match[1]?.length ?? 0;
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    if (indents.length > deepest) return match.index;
  }
  return undefined;
}

function findDeepBrackets(text: string): number | undefined {
  let open = 0;
  let isSuspect = false;
  for (let at = 0; at < text.length && !isSuspect; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5b || char === 0x7b) open++;
    else if ((char === 0x5d || char === 0x7d) && open > 0) open--;
    isSuspect = open > deepest;
  }
  if (!isSuspect) return undefined;
  // Those in texts and comments do not count: only the lexer knows them apart.
  let at = 0;
  open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open++;
    else if (token === ']' || token === '}') open--;
    else if (token === flowEnd) open = 0;
    if (open > deepest) return at;
    if (!marks.has(token)) at += token.length;
  }
  return undefined;
}

/** Tokens that the lexer adds itself: the begin of a document or a scalar, a flow that was cut off. */
const flowEnd = '\x18';
const marks: ReadonlySet<string> = new Set(['\x02', '\x1f', flowEnd]);

function shorten(place: NonNullable<Diagnostic['place']>): NonNullable<Diagnostic['place']> {
  return place.text.length > 2000 ? { ...place, text: place.text.slice(0, Math.max(2000, place.column + 20)) } : place;
}
