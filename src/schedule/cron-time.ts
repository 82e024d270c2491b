import { CronPattern } from 'croner';
import { err, ok, type Result } from '../model/result.ts';

/** The times at which cron runs a job. Each list is sorted and never empty. */
export interface CronTime {
  /** As it was written, with single blanks. */
  readonly text: string;
  /** 0 to 59. */
  readonly minutes: readonly number[];
  /** 0 to 23. */
  readonly hours: readonly number[];
  /** 1 to 31. */
  readonly days: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0 (Sunday) to 6. */
  readonly weekdays: readonly number[];
  /** `either`: both days and weekdays are restricted, and as in cron a day has to match only one of them. */
  readonly dayRule: 'both' | 'either';
}

/**
 * Reads the five fields of crontab(5), or one of its words such as `@hourly`. Signs that only other programs know (L, W, #, ?)
 * are refused. The error is a sentence.
 */
export function parseCron(written: string): Result<CronTime, string> {
  const text = written.trim().replace(/[ \t]+/g, ' ');
  if (text === '@reboot') return err('@reboot is no time of day: write a systemd unit for that');
  const fields = words[text.toLowerCase()] ?? text;
  if (!/^[\d*,/a-z-]+(?: [\d*,/a-z-]+){4}$/i.test(fields) || /[^a-z](?:l|w)\b/i.test(fields)) {
    return err('it takes five fields (minute, hour, day, month, weekday) of numbers, *, lists, ranges and steps');
  }
  try {
    const pattern = new CronPattern(fields, undefined, { mode: '5-part' });
    if (pattern.lastDayOfMonth || pattern.lastWeekday || pattern.nearestWeekdays.some(Boolean)) {
      return err('L and W are not known to cron');
    }
    return ok({
      text,
      minutes: chosen(pattern.minute, 0),
      hours: chosen(pattern.hour, 0),
      days: chosen(pattern.day, 1),
      months: chosen(pattern.month, 1),
      weekdays: chosen(pattern.dayOfWeek.slice(0, 7), 0),
      dayRule: pattern.starDOM || pattern.starDOW ? 'both' : 'either',
    });
  } catch (error) {
    // The parser counts some fields from 0 where a person counts from 1.
    return err(
      (error as Error).message
        .replace(/^CronPattern: /, '')
        .replace(/^Invalid value for (\w+): .*$/, 'the $1 is out of range'),
    );
  }
}

/** The words of crontab(5), and the fields that they stand for. */
const words: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

function chosen(flags: readonly number[], first: number): readonly number[] {
  return flags.flatMap((flag, index) => (flag ? [index + first] : []));
}
