import type { CronTime } from './cron-time.ts';

/** The values of `OnCalendar=` for a systemd timer (systemd.time(7)): one, or two if either days or weekdays have to match. */
export function onCalendar(time: CronTime): readonly string[] {
  const clock = `${list(time.hours, 0, 23)}:${list(time.minutes, 0, 59)}:00`;
  const month = list(time.months, 1, 12);
  const days = list(time.days, 1, 31);
  const weekdays = time.weekdays.length === 7 ? '' : `${sayWeekdays(time.weekdays)} `;
  if (time.dayRule === 'either') return [`*-${month}-${days} ${clock}`, `${weekdays}*-${month}-* ${clock}`];
  return [`${weekdays}*-${month}-${days} ${clock}`];
}

/** `*`, `00/15`, `09..17`, or `00,15,40`. */
function list(values: readonly number[], least: number, most: number): string {
  const [first = least, second = first] = values;
  const last = values.at(-1) ?? first;
  if (values.length === most - least + 1) return '*';
  const step = second - first;
  const isEven = values.every((value, index) => value === first + index * step);
  if (values.length > 2 && isEven && step > 1 && last + step > most) return `${pad(first)}/${step}`;
  if (values.length > 2 && isEven && step === 1) return `${pad(first)}..${pad(last)}`;
  return values.map(pad).join(',');
}

function sayWeekdays(values: readonly number[]): string {
  // systemd's week begins on Monday.
  const sorted = values.map(value => (value + 6) % 7).sort((left, right) => left - right);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? first;
  const isRun = sorted.length > 2 && last - first === sorted.length - 1;
  return isRun ? `${names[first]}..${names[last]}` : sorted.map(value => names[value]).join(',');
}

const names: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
