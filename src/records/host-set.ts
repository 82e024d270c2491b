import type { HostName } from '../model/ids.ts';

/** Gives numbers to hosts, so that each of thousands of groups can hold its set of hosts in a few bytes. */
export function createHostNumbers(): (host: HostName) => number {
  const numbers = new Map<HostName, number>();
  return host => {
    const known = numbers.get(host) ?? numbers.size;
    numbers.set(host, known);
    return known;
  };
}

/** A set of small numbers, a bit for each. */
export class HostSet {
  #words = new Uint32Array(1);

  add(number: number): void {
    const word = number >>> 5;
    if (word >= this.#words.length) this.#grow(word);
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (number & 31));
  }

  addAll(other: HostSet): void {
    const words = other.#words;
    if (words.length > this.#words.length) this.#grow(words.length - 1);
    for (const [index, word] of words.entries()) this.#words[index] = (this.#words[index] ?? 0) | word;
  }

  get size(): number {
    let size = 0;
    for (let word of this.#words) for (; word !== 0; word &= word - 1) size++;
    return size;
  }

  #grow(word: number): void {
    const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
  }
}
