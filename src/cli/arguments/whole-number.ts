import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Reads a whole number within these bounds. Throws `InvalidArgumentError` for anything else. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
