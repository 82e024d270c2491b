import type { PlaysRequest } from '../../../engine/sources/requests.ts';
import { duration } from '../duration.ts';
import { ofRollout } from './apply-options.ts';
import { ofInventory } from './inventory-options.ts';
import type { Filling, NotGiven, Parser, ValuesOf } from './option-spec.ts';

/** Options of `schedule` itself; the others are for the apply. */
export const scheduleOptions = [
  {
    flags: '--cron <time>',
    about: "when, as in a crontab: '*/15 * * * *', @hourly",
    required: true,
  },
  { flags: '--systemd', about: 'a systemd service and timer in place of a line for the crontab' },
  {
    flags: '--random-delay <duration>',
    about: 'begin so much later at most, each time at random: 90s, 5m',
    parse: duration(1, 1) as Parser<number>,
  },
  { flags: '--name <name>', about: "the job's name (that of the playbook's file)" },
  { flags: '--install', about: 'into the crontab of this user, or as units' },
  { flags: '--remove', about: 'take it out again', conflicts: ['install'] },
] as const;

export const ofSchedule: readonly [...typeof ofInventory, ...typeof ofRollout, typeof scheduleOptions] = [
  ...ofInventory,
  ...ofRollout,
  scheduleOptions,
];

export type ScheduleOptions = Filling<Omit<PlaysRequest, NotGiven>, ValuesOf<typeof ofSchedule>>;
