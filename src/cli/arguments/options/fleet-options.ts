import { wholeNumber } from '../whole-number.ts';
import type { Parser } from './option-spec.ts';

export const forksOption = [
  {
    flags: '-f, --forks <n>',
    about: 'how many hosts at once',
    default: 50,
    parse: wholeNumber(1, 10_000) as Parser<number>,
  },
] as const;

/** Forgets what is remembered of build hosts. */
export const memoryOption = [
  {
    flags: '--flush-cache',
    about: 'ask the build hosts again, and try again what one of them could not build for',
  },
] as const;
