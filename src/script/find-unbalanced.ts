import type { ParsedToken } from './paste-arguments.ts';

/** A bracket that has no partner: never closed, or closing nothing. */
export interface Unbalanced {
  readonly token: ParsedToken;
  readonly kind: 'unclosed' | 'unopened';
}

/**
 * The first bracket without a partner. What stands in branches of which it is not known whether they are taken is left
 * out; where their brackets do not match among themselves, nothing is said.
 */
export function findUnbalanced(tokens: readonly ParsedToken[]): Unbalanced | undefined {
  const brackets = tokens.filter(({ kind, text }) => kind === 'operator' && /^[()[\]{}]$/.test(text));
  const unsure = brackets.filter(({ sure }) => !sure);
  return firstWithoutPartner(unsure) === undefined
    ? firstWithoutPartner(brackets.filter(({ sure }) => sure))
    : undefined;
}

function firstWithoutPartner(brackets: readonly ParsedToken[]): Unbalanced | undefined {
  const open: ParsedToken[] = [];
  for (const token of brackets) {
    const opening = openedBy[token.text];
    if (opening === undefined) {
      open.push(token);
      continue;
    }
    const last = open.pop();
    if (last === undefined) return { token, kind: 'unopened' };
    if (last.text !== opening) {
      // `( … }`: what is inside is not closed. `{ … )`: the inner one closes nothing.
      return open.some(({ text }) => text === opening)
        ? { token: last, kind: 'unclosed' }
        : { token, kind: 'unopened' };
    }
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { token: last, kind: 'unclosed' };
}

const openedBy: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
