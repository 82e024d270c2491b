import { defaultLimits } from '../../../model/default-limits.ts';
import { formatBytes } from '../../../model/format-bytes.ts';
import { usualKeep } from '../../../model/keep-limits.ts';
import { formatSeconds } from '../../../report/layout/amounts.ts';
import { duration } from '../duration.ts';
import { keptSize } from '../size.ts';
import type { Parser } from './option-spec.ts';

/** In days: node's timers cannot be longer. */
const longestTimer = 24;

export const connectLimitOption = [
  {
    flags: '--connect-timeout <duration>',
    about:
      `how long a login may take (ssh_config's ConnectTimeout, else ${formatSeconds(defaultLimits.connectSeconds)})` as string,
    parse: duration(1, 1) as Parser<number>,
  },
] as const;

/** For commands that do more on a host than to log in. A variable of the inventory for the same thing wins. */
export const hostLimitOptions = [
  {
    flags: '--probe-timeout <duration>',
    about:
      `how long a host may take to say what it is and has (${formatSeconds(defaultLimits.probeSeconds)})` as string,
    parse: duration(1, 1) as Parser<number>,
  },
  {
    flags: '--command-timeout <duration>',
    about:
      `how long a host may take to begin a command, to become a user, for preconditions, or to clean up (${formatSeconds(defaultLimits.commandSeconds)} each)` as string,
    parse: duration(1, 1) as Parser<number>,
  },
] as const;

export const buildLimitOption = [
  {
    flags: '--build-timeout <duration>',
    about:
      `how long one build may take: 90s, 20m, or seconds (the play's limit, else ${formatSeconds(defaultLimits.buildSeconds)})` as string,
    parse: duration(10, 1) as Parser<number>,
  },
] as const;

export const leaseOption = [
  {
    flags: '--lease <duration>',
    about: 'how long a module may live on a host without this program',
    default: defaultLimits.leaseSeconds as number,
    defaultText: formatSeconds(defaultLimits.leaseSeconds) as string,
    parse: duration(5, 1 / 24) as Parser<number>,
  },
] as const;

export const scriptLimitOptions = [
  {
    flags: '--arm-timeout <duration>',
    about: "how long a script's load may take until its probes are armed: its duration begins then (10m)",
    parse: duration(1, longestTimer) as Parser<number>,
  },
  {
    flags: '--stop-timeout <duration>',
    about: 'how long the kernel may be busy with ending a script, and again with unloading it (5m)',
    parse: duration(1, longestTimer) as Parser<number>,
  },
] as const;

export const timeLimitOption = [
  {
    flags: '--timeout <duration>',
    about: 'how long the whole run may take: then it is stopped as by Ctrl-C, with exit code 2',
    parse: duration(1, longestTimer) as Parser<number>,
  },
] as const;

export const keepLimitOptions = [
  {
    flags: '--max-file <size>',
    about:
      `how much of what a script prints on a host is kept, where it does not say so itself (${formatBytes(usualKeep.maxFileBytes)})` as string,
    parse: keptSize as Parser<number>,
  },
  {
    flags: '--max-output <size>',
    about: `how much of what all scripts print is kept (${formatBytes(usualKeep.maxOutputBytes)})` as string,
    parse: keptSize as Parser<number>,
  },
] as const;

export const lockWaitOption = [
  {
    flags: '--lock-wait <duration>',
    about: 'how long to wait for another run that applies the same modules to the inventory (not at all)',
    parse: duration(0, longestTimer) as Parser<number>,
  },
] as const;
