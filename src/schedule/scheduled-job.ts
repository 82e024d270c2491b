import type { CronTime } from './cron-time.ts';

/** What is to be run again and again, with nothing left to its surroundings. */
export interface ScheduledJob {
  /** Letters, digits and `._-`: part of the names of units. */
  readonly name: string;
  readonly time: CronTime;
  /** Program and arguments, all paths absolute. */
  readonly argv: readonly string[];
  /** Where relative paths inside of the playbook's own settings begin. Absolute. */
  readonly directory: string;
  /** Who runs it; decides what is allowed to it. */
  readonly home: string;
  readonly description: string;
  /** So many seconds at most it begins later, each time another number; 0: never. */
  readonly randomDelaySeconds: number;
}
