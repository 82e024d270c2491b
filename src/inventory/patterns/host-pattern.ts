import { err, ok, type Result } from '../../model/result.ts';
import { parseHostAddress } from '../written/parse-host-address.ts';

/** One part of a host pattern such as `web:&prod:!old`. */
export interface PatternTerm {
  /** No sign adds hosts; `&` keeps only those that it names, `!` drops them. Adding comes first, dropping last. */
  readonly role: 'add' | 'keep' | 'drop';
  /** Without the sign. */
  readonly text: string;
  /** Where the text begins in the pattern, counted from 0. */
  readonly start: number;
}

export interface PatternFlaw {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a pattern at its commas; where it has none, at colons and blanks outside of brackets, unless all of it is one
 * address (an IPv6 address, `name:port`). The same rules as Ansible's `split_host_pattern`.
 */
export function splitHostPattern(pattern: string): Result<readonly PatternTerm[], PatternFlaw> {
  const terms: PatternTerm[] = [];
  for (const { text, start } of split(pattern)) {
    const sign = /^[&!]/.exec(text)?.[0] ?? '';
    const own = text.slice(sign.length);
    const flaw = { start, end: start + text.length };
    if (own === '') return err({ ...flaw, message: `nothing follows the "${sign}"` });
    if (/^[[\]]$/.test(own)) return err({ ...flaw, message: 'a bracket has no partner' });
    terms.push({ role: roles[sign as keyof typeof roles], text: own, start: start + sign.length });
  }
  return terms.length > 0 ? ok(terms) : err({ message: 'the pattern is empty', start: 0, end: pattern.length });
}

const roles = { '': 'add', '&': 'keep', '!': 'drop' } as const;

function split(pattern: string): readonly { readonly text: string; readonly start: number }[] {
  const trimmed = pattern.trim();
  if (!pattern.includes(',') && parseHostAddress(trimmed) !== undefined) {
    return [{ text: trimmed, start: pattern.indexOf(trimmed) }];
  }
  // A lone bracket comes out as a term of its own, for the caller to refuse; Ansible would drop it without a word.
  const separated = pattern.includes(',') ? /[^,]+/g : /(?:[^\s:[\]]|\[[^\]]*\])+|[[\]]/g;
  return [...pattern.matchAll(separated)].flatMap(({ 0: part, index }) => {
    const text = part.trim();
    return text === '' ? [] : [{ text, start: index + part.indexOf(text) }];
  });
}
