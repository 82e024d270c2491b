/** Numbers that look made up and are the same again with the same seed. */
export interface Random {
  /** A whole number from 0 to below `end`; 0 if there is none. */
  below(end: number): number;
  chance(share: number): boolean;
  /** Of no list, undefined is taken; callers give some. */
  pick<Item>(list: readonly Item[]): Item;
  /** From 1 to `most`, small ones as often as large ones: as many from 10 to 100 as from 100 to 1000. */
  size(most: number): number;
}

/** Of words, such as a reader's name and the number of an input. */
export function randomOf(...words: readonly (string | number)[]): Random {
  // FNV-1a makes a state of the words, and Mulberry32 goes on from there.
  let state = 0x811c9dc5;
  for (const char of words.join('\0')) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * Math.max(1, end));
  return {
    below,
    chance: share => next() < share,
    pick: list => list[below(list.length)] as (typeof list)[number],
    size: most => Math.max(1, Math.floor(Math.exp(next() * Math.log(most + 1)))),
  };
}
