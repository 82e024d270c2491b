import { InvalidArgumentError } from '@commander-js/extra-typings';
import { type DiffOrder, parseDiffOrder } from '../../../report/tally/diff-order.ts';
import { age } from '../duration.ts';
import { since } from '../since.ts';
import { wholeNumber } from '../whole-number.ts';
import { textOrJson } from './format-options.ts';
import type { Parser, ValuesOf } from './option-spec.ts';
import { tableOptions } from './table-options.ts';

const runsOptions = [
  {
    flags: '--playbook <name>',
    about: "only those of this playbook: its path, its file's name, or that without its ending",
  },
  { flags: '--host <name>', about: 'only those with this host' },
  {
    flags: '--outcome <outcome>',
    about: 'only those that ended so',
    choices: ['ok', 'failed', 'unreachable', 'interrupted', 'died', 'running'],
  },
  {
    flags: '--since <when>',
    about: 'only those since then: 2d, 12h, 2026-11-23',
    parse: since as Parser<number>,
  },
  {
    flags: '--limit <n>',
    about: 'at most so many',
    default: 20,
    parse: wholeNumber(0, 9_999_999) as Parser<number>,
  },
] as const;

export const ofRuns: readonly [typeof runsOptions, typeof textOrJson] = [runsOptions, textOrJson];

export const pruneOptions = [
  {
    flags: '--keep <n>',
    about: 'keep so many ($TAPBOOK_KEEP_RUNS, else 500)',
    parse: wholeNumber(0, 9_999_999) as Parser<number>,
  },
  {
    flags: '--older-than <duration>',
    about: 'remove those that are older ($TAPBOOK_KEEP_AGE, else 90d)',
    parse: age as Parser<number>,
  },
  { flags: '-C, --check', about: 'only say which' },
] as const;

const showOptions = [
  { flags: '--host <name>', about: 'of this host only: its outcome and what it printed' },
  { flags: '--output', about: 'what all hosts printed too' },
  { flags: '--fold', about: 'what all hosts printed, equal outputs once: OUTPUT db[01-30]', conflicts: ['output'] },
  {
    flags: '--diff',
    about: 'as --fold, but outputs that differ from the commonest one as a diff against it',
    conflicts: ['output'],
  },
  { flags: '--events', about: 'its events, one a line' },
  { flags: '-v, --verbose', about: 'all that failures have to say' },
  {
    flags: '--format <format>',
    about: 'csv: the records; table: what they come to for all hosts, or for --host',
    choices: ['text', 'json', 'csv', 'table'],
    default: 'text',
  },
] as const;

export const ofShow: readonly [typeof tableOptions, typeof showOptions] = [tableOptions, showOptions];

const diffOptions = [
  {
    flags: '--sort <what>',
    about:
      'rows by their change, percent, from or to, or by the change of a column; with :asc or :desc by its sign too',
    default: { by: 'change' } as DiffOrder,
    defaultText: 'change',
    parse: diffOrder as Parser<DiffOrder>,
  },
  {
    flags: '--top <n>',
    about: 'so many rows of each table',
    default: 10 as number,
    parse: wholeNumber(1, 100_000) as Parser<number>,
  },
] as const;

export const ofDiff: readonly [typeof diffOptions, typeof textOrJson] = [diffOptions, textOrJson];

function diffOrder(text: string): DiffOrder {
  const order = parseDiffOrder(text);
  if (order === undefined)
    throw new InvalidArgumentError('Give such as change, percent, change:asc, bytes, bytes:percent.');
  return order;
}

export const reportOptions = [
  {
    flags: '--out <file>',
    about: "write it there, - is standard output (else report.html in the run's directory)",
  },
  { flags: '--open', about: 'show it in a browser' },
] as const;

export type RunsOptions = ValuesOf<typeof ofRuns>;

export type RunOutcome = NonNullable<RunsOptions['outcome']>;

/** `olderThan` in milliseconds. */
export type PruneOptions = ValuesOf<[typeof pruneOptions]>;

export type ShowRunOptions = ValuesOf<typeof ofShow>;

export type ReportOptions = ValuesOf<[typeof reportOptions]>;

/** `top` of each table and measure. */
export type DiffOptions = ValuesOf<typeof ofDiff>;
