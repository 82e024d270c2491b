import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Reads an option's value; throws `InvalidArgumentError` for what is none or out of bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
