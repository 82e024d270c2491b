import { defaultLimits } from '../../../model/default-limits.ts';
import { duration } from '../duration.ts';
import { wholeNumber } from '../whole-number.ts';
import type { Parser } from './option-spec.ts';

/** In days: node's timers cannot be longer. */
const longestTimer = 24;

export const buildLimitOption = [
  {
    flags: '--build-timeout <seconds>',
    about: `how long one build may take (the play's limit, else ${defaultLimits.buildSeconds})` as string,
    parse: wholeNumber(10, 86_400) as Parser<number>,
  },
] as const;

export const leaseOption = [
  {
    flags: '--lease <seconds>',
    about: 'how long a module may live on a host without this program',
    default: defaultLimits.leaseSeconds as number,
    parse: wholeNumber(5, 3600) as Parser<number>,
  },
] as const;

export const timeLimitOption = [
  {
    flags: '--timeout <duration>',
    about: 'how long the whole run may take: then it is stopped as by Ctrl-C, with exit code 2',
    parse: duration(1, longestTimer) as Parser<number>,
  },
] as const;

export const lockWaitOption = [
  {
    flags: '--lock-wait <duration>',
    about: 'how long to wait for another run that applies the same modules to the inventory (not at all)',
    parse: duration(0, longestTimer) as Parser<number>,
  },
] as const;
