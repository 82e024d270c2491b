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
  const parts = pattern.includes(',') ? splitAtCommas(pattern) : splitAtColons(pattern);
  return [...parts].flatMap(({ text: part, start }) => {
    const text = part.trim();
    return text === '' ? [] : [{ text, start: start + part.indexOf(text) }];
  });
}

interface Part {
  readonly text: string;
  readonly start: number;
}

function* splitAtCommas(pattern: string): Generator<Part> {
  for (const { 0: text, index } of pattern.matchAll(/[^,]+/g)) yield { text, start: index };
}

/** At colons and blanks outside of brackets. A lone bracket is a part, for the caller to refuse; Ansible would drop it without a word. */
function* splitAtColons(pattern: string): Generator<Part> {
  const lastClose = pattern.lastIndexOf(']');
  let start = 0;
  for (let at = 0; at <= pattern.length; at++) {
    const char = pattern[at] ?? ' ';
    if (char === '[' && at < lastClose) at = pattern.indexOf(']', at);
    else if (/[\s:[\]]/.test(char)) {
      if (at > start) yield { text: pattern.slice(start, at), start };
      if (char === '[' || char === ']') yield { text: char, start: at };
      start = at + 1;
    }
  }
}
