import { describe, expect, test } from 'vitest';
import { tablesOf } from '../../../src/records/make-tables.ts';
import { createPlainReporter } from '../../../src/report/live/plain-reporter.ts';
import { createQuietReporter } from '../../../src/report/live/quiet-reporter.ts';
import type { ReporterOptions } from '../../../src/report/live/reporter-options.ts';
import { createTerminalReporter } from '../../../src/report/live/terminal-reporter.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { recordedRun } from '../../support/recorded-run.ts';
import { at } from '../../support/sample-run.ts';

const columns = [
  { name: 'name', type: 'text' },
  { name: 'bytes', type: 'integer' },
] as const;
const format = { columns, sections: [], skip: [], histograms: 'add' } as const;
const aggregate = { by: ['name'], sum: ['bytes'], min: [], max: [], avg: [], count: false, maxGroups: 9 } as const;
const run = recordedRun([{ module: 'reads', output: { format, aggregate } }], {
  names: ['db1', 'db2'],
  linesOf: host => [`cat ${host === 'db1' ? 1 : 20}`],
});
const events = [...run, at(5, tablesOf(run))];

async function print(kind: 'plain' | 'terminal' | 'quiet', options: Partial<ReporterOptions>) {
  const stdout = createMemoryStream();
  const stderr = createMemoryStream();
  const colour = { stdout: 'plain', stderr: 'plain' } as const;
  const all = {
    stdout,
    stderr,
    columns: () => 80,
    colour,
    verbosity: 'normal',
    now: () => Date.parse(run[0]?.time ?? ''),
    onBrokenPipe: () => {},
    ...options,
  } as const;
  const reporter =
    kind === 'quiet'
      ? createQuietReporter(all, async () => ({ died: [] }))
      : kind === 'plain'
        ? createPlainReporter(all)
        : createTerminalReporter({ ...all, rows: () => 24, stdoutIs: 'elsewhere' });
  for (const event of events) reporter.read(event);
  await reporter.close();
  expect(stderr.text()).not.toContain('TABLE');
  return stdout.text();
}

const table = `TABLE [reads] 2 records from 2 hosts
name  hosts  bytes
cat       2     21
`;

describe.each(['plain', 'terminal'] as const)('the %s reporter', kind => {
  test('prints lines, then tables', async () => {
    expect(await print(kind, {})).toBe(`db1 | cat 1\ndb2 | cat 20\n\n${table}`);
  });

  test('prints tables alone, or nothing, where programs read stdout', async () => {
    expect(await print(kind, { results: 'tables' })).toBe(table);
    expect(await print(kind, { results: 'none' })).toBe('');
  });
});

test('quiet has no tables, unless they are what was asked for', async () => {
  expect(await print('quiet', {})).toBe('');
  expect(await print('quiet', { results: 'none' })).toBe('');
  expect(await print('quiet', { results: 'tables' })).toBe(table);
});
