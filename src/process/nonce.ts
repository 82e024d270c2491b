import { randomBytes } from 'node:crypto';

/** A word that no other program prints by chance: it marks the lines of our own scripts on other machines. */
export function newNonce(): string {
  return `tapbook-${randomBytes(9).toString('hex')}`;
}

/**
 * Splits a line into what a program printed and the words of our script after the nonce. Both can be on one line if the
 * program did not end its own; without a nonce there are no words.
 */
export function splitAtNonce(
  line: string,
  nonce: string,
): { readonly printed: string | undefined; readonly words: readonly string[] } {
  const mark = line.indexOf(`${nonce} `);
  if (mark === -1) return { printed: line, words: [] };
  return {
    printed: mark === 0 ? undefined : line.slice(0, mark),
    words: line.slice(mark + nonce.length + 1).split(' '),
  };
}
