import { Command, Option } from '@commander-js/extra-typings';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { givenOptions } from '../../../src/cli/arguments/given-options.ts';
import { addOptions } from '../../../src/cli/arguments/options/add-options.ts';
import { ofApply } from '../../../src/cli/arguments/options/apply-options.ts';
import { ofCheck } from '../../../src/cli/arguments/options/check-options.ts';
import { ofClean } from '../../../src/cli/arguments/options/clean-options.ts';
import { ofDoctor } from '../../../src/cli/arguments/options/doctor-options.ts';
import { ofRuns, ofShow, pruneOptions } from '../../../src/cli/arguments/options/history-options.ts';
import type { OptionGroup, OptionSpec } from '../../../src/cli/arguments/options/option-spec.ts';
import { ofPlan } from '../../../src/cli/arguments/options/plan-options.ts';
import { ofSchedule, scheduleOptions } from '../../../src/cli/arguments/options/schedule-options.ts';

/** Inventory and so on are not what is looked at. */
const always = { format: 'text', extraVars: [] };
const fleet = { ...always, forks: 50 };

beforeEach(() => void vi.stubEnv('TAPBOOK_INVENTORY', undefined));
afterEach(() => void vi.unstubAllEnvs());

function command(groups: readonly OptionGroup[], words: readonly string[]) {
  const quiet = new Command('x').exitOverride().configureOutput({ writeErr: () => undefined });
  return addOptions(quiet, ...groups).parse([...words], { from: 'user' });
}

const parse = (groups: readonly OptionGroup[], ...words: readonly string[]) => command(groups, words).opts();

describe('commands without options have their defaults', () => {
  test.each([
    ['check', ofCheck, always],
    ['plan', ofPlan, fleet],
    ['doctor', ofDoctor, fleet],
    ['clean', ofClean, fleet],
    ['apply', ofApply, { ...fleet, lease: 60, prefix: true }],
    ['runs', ofRuns, { format: 'text', limit: 20 }],
    ['runs prune', pruneOptions.map(option => [option]), {}],
    ['show', ofShow, { format: 'text' }],
  ])('%s', (_, groups, values) => {
    expect(parse(groups)).toEqual(values);
  });
});

test('apply: durations are seconds, lists grow, tables and lines are as wished', () => {
  const words =
    '-i a,b, -i hosts.yml -l db -e x=1 -e @v.yml -t slow --skip-tags never -u me -b --become-method doas -f 7 ' +
    '--build-timeout 20m --lease 45 --timeout 1h30m --lock-wait 0 --sleep 90 --max-plan-age 12h --sort bytes:asc --top 3 ' +
    '--no-prefix --timestamps --format json';
  expect(parse(ofApply, ...words.split(' '))).toEqual({
    inventory: ['a,b,', 'hosts.yml'],
    limit: ['db'],
    extraVars: ['x=1', '@v.yml'],
    tags: ['slow'],
    skipTags: ['never'],
    user: 'me',
    become: true,
    becomeMethod: 'doas',
    forks: 7,
    buildTimeout: 1200,
    lease: 45,
    timeout: 5400,
    lockWait: 0,
    sleep: 90,
    maxPlanAge: 43_200,
    sort: { column: 'bytes', direction: 'ascending' },
    top: 3,
    prefix: false,
    timestamps: true,
    format: 'json',
  });
});

test('the history: ages are milliseconds, moments since the epoch', () => {
  expect(parse([pruneOptions], '--older-than', '2d', '--keep', '0')).toEqual({ olderThan: 172_800_000, keep: 0 });
  expect(parse(ofRuns, '--since', '2026-11-23T10:00:00Z')).toHaveProperty('since', Date.parse('2026-11-23T10:00:00Z'));
});

test.each([
  [['--lease', '4'], ofApply, 'Give a duration such as 90s, 10m or 1h30m, from 5s up to 1h.'],
  [['--timeout', '25d'], ofApply, 'Give a duration such as 90s, 10m or 1h30m, up to 24 days.'],
  [['--plan-digest', 'abc'], ofApply, 'Give the digest, or its first 12 digits at least.'],
  [['--ref', 'v1', '--on-drift', 'skip'], ofApply, "cannot be used with option '--on-drift <what>'"],
  [['--ask-pass', '--connection-password-file', 'x'], ofPlan, 'cannot be used with option'],
  [['--format', 'junit'], ofPlan, 'Allowed choices are text, json.'],
  [['--fix', '--apply-fixes'], ofDoctor, "'--apply-fixes' cannot be used with option '--fix'"],
  [['--since', 'lately'], ofRuns, 'Give a duration such as 2d, or a date such as 2026-11-23.'],
  [[], ofSchedule, "required option '--cron <time>' not specified"],
])('%j is refused', (words, groups, reason) => {
  expect(() => parse(groups, ...words)).toThrow(reason);
});

test('what cron is to run has the options that were given, with whole paths, and none of its own', () => {
  const words =
    '--cron @daily --name x -i hosts.yml -i a,b, -e @v.yml -e n=1 --vault-id p@pass --vault-id q@prompt -b -f 3';
  const given = command(ofSchedule, words.split(' '));
  expect(givenOptions(given, scheduleOptions, '/here').join(' ')).toBe(
    '--inventory /here/hosts.yml --inventory a,b, --extra-vars @/here/v.yml --extra-vars n=1 ' +
      '--become --forks 3 --vault-id p@/here/pass --vault-id q@prompt',
  );
});

test('what conflicts is the name of a value', () => {
  const specs = [ofApply, ofDoctor, ofSchedule].flat(2) as readonly OptionSpec[];
  const names = specs.map(({ flags }) => new Option(flags).attributeName());
  const conflicting = specs.flatMap(({ conflicts }) => conflicts ?? []);
  expect(conflicting).toContain('vaultPasswordFile');
  expect(names).toEqual(expect.arrayContaining(conflicting));
});
