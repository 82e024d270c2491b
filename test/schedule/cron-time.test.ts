import { spawnSync } from 'node:child_process';
import { Cron } from 'croner';
import { describe, expect, test } from 'vitest';
import { type CronTime, parseCron } from '../../src/schedule/cron-time.ts';
import { onCalendar } from '../../src/schedule/on-calendar.ts';

function read(text: string): CronTime {
  const time = parseCron(text);
  if (!time.ok) throw new Error(time.error);
  return time.value;
}

test('each field is a list', () => {
  expect(read(' 0,30  9-17 1 jan-mar\tmon-fri ')).toEqual({
    text: '0,30 9-17 1 jan-mar mon-fri',
    minutes: [0, 30],
    hours: [9, 10, 11, 12, 13, 14, 15, 16, 17],
    days: [1],
    months: [1, 2, 3],
    weekdays: [1, 2, 3, 4, 5],
    dayRule: 'either',
  });
  expect(read('@weekly')).toMatchObject({ text: '@weekly', minutes: [0], hours: [0], weekdays: [0], dayRule: 'both' });
  expect(read('0 0 * * 7').weekdays).toEqual([0]);
});

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '61 * * * *',
  '0 24 * * *',
  '0 0 0 * *',
  '0 0 * 13 *',
  '0 22-2 * * *',
  '0 0 L * *',
  '0 0 15W * *',
  '0 0 * * 5L',
  '0 0 * * 5#2',
  '*/0 * * * *',
  '@reboot',
  '@fortnightly',
  '* * * * * echo',
])('%j is refused', text => {
  const time = parseCron(text);
  expect(time.ok ? time.value : time.error).toMatchSnapshot();
});

const times: readonly (readonly [cron: string, calendar: readonly string[]])[] = [
  ['*/15 * * * *', ['*-*-* *:00/15:00']],
  ['*/7 * * * *', ['*-*-* *:00/7:00']],
  ['5-50/15 * * * *', ['*-*-* *:05/15:00']],
  ['10-30/5 1 * jan,feb sun', ['Sun *-01,02-* 01:10,15,20,25,30:00']],
  ['0 3 * * mon-fri', ['Mon..Fri *-*-* 03:00:00']],
  ['0 3 * * 5-7', ['Fri..Sun *-*-* 03:00:00']],
  ['0 3 * * 0,2', ['Tue,Sun *-*-* 03:00:00']],
  ['0 0 1,15 * 5', ['*-*-01,15 00:00:00', 'Fri *-*-* 00:00:00']],
  ['@monthly', ['*-*-01 00:00:00']],
  ['59 23 31 12 *', ['*-12-31 23:59:00']],
  ['* 9-17 * * *', ['*-*-* 09..17:*:00']],
];

test.each(times)('%s is for systemd %j', (cron, calendar) => {
  expect(onCalendar(read(cron))).toEqual(calendar);
});

describe('systemd and cron mean the same moments', () => {
  test.each(times)('%s', (cron, calendar) => {
    const from = '2026-11-23 12:34:56';
    const wanted = new Cron(cron, { mode: '5-part', timezone: 'UTC', paused: true })
      .nextRuns(30, new Date(`${from.replace(' ', 'T')}Z`))
      .map(date => date.toISOString());
    const { stdout, stderr, status } = spawnSync(
      'systemd-analyze',
      ['calendar', '--iterations=30', `--base-time=${from} UTC`, ...calendar],
      { encoding: 'utf8', env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } },
    );
    expect(status, stderr).toBe(0);
    // `Next elapse: Mon 2026-11-23 12:45:00 UTC`, `Iteration #2: …`
    const moments = [...stdout.matchAll(/(?:Next elapse|Iter(?:ation|\.) #\d+): \w+ (\S+) (\S+) UTC/g)].map(
      ([, day, time]) => new Date(`${day}T${time}Z`).toISOString(),
    );
    expect([...new Set(moments)].sort().slice(0, 30)).toEqual(wanted);
  });
});
