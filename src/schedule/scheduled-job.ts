import type { CronTime } from './cron-time.ts';

/** A job that is run again and again. It depends on nothing of the environment that starts it. */
export interface ScheduledJob {
  /** Letters, digits and `._-`, since the names of units contain it. */
  readonly name: string;
  readonly time: CronTime;
  /** Program and arguments, all paths absolute. */
  readonly argv: readonly string[];
  /** The absolute directory for relative paths in the playbook's own settings. */
  readonly directory: string;
  /** The home directory of the user who runs it. */
  readonly home: string;
  /** Further variables of the environment that it needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly description: string;
  /** Each start is delayed by a random number of seconds, at most this many; 0: no delay. */
  readonly randomDelaySeconds: number;
}
