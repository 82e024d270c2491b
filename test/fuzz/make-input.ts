import { growths, mutations } from './mutations.ts';
import { randomOf } from './random.ts';
import { largestInput, type Reader } from './reader.ts';

/** Which input of a reader: the same again for the same. */
export interface InputNumber {
  readonly seed: number;
  /** From 0. */
  readonly index: number;
}

/**
 * An example with one to five small changes. Each eighth is made long besides, up to the reader's `largest` times `scale`: of the same
 * form for each scale.
 */
export function makeInput(reader: Reader, { seed, index }: InputNumber, scale = 1): string {
  const random = randomOf(seed, reader.name, index);
  const others = reader.examples();
  const largest = (reader.largest ?? largestInput) * scale;
  const material = { random, others };
  const grows = random.chance(0.125);
  let text = random.pick(others);
  for (let change = random.below(grows ? 3 : 5); change >= 0; change--) text = random.pick(mutations)(text, material);
  if (!grows) return text.slice(0, largest);
  const grow = random.pick(growths);
  const length = Math.ceil(random.chance(0.5) ? largest : random.size(largest / scale) * scale);
  return grow(text, length, material).slice(0, largest);
}
