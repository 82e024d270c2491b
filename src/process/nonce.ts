import { randomBytes } from 'node:crypto';

/** A word that nothing on the other side can print by chance: it marks the lines that our own scripts there say. */
export function newNonce(): string {
  return `tapbook-${randomBytes(9).toString('hex')}`;
}

/**
 * Parts a line into what a program printed and what our script said behind the nonce, in words. The two can meet on one
 * line, since the program may not have ended its own; without a nonce there are no words.
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
