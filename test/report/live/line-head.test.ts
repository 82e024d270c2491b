import { expect, test } from 'vitest';
import { refuseLineOptions } from '../../../src/cli/arguments/refuse-line-options.ts';
import type { Colour } from '../../../src/report/layout/style.ts';
import type { LineHead } from '../../../src/report/live/host-line.ts';
import { createPlainReporter } from '../../../src/report/live/plain-reporter.ts';
import { createTerminalReporter } from '../../../src/report/live/terminal-reporter.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { host, line, started } from '../../support/sample-run.ts';

const events = [
  started,
  line(1, host('db1'), 'hello'),
  line(1.25, host('db2'), 'hello'),
  line(2, host('db1'), 'WARNING: skipped probes: 3', 'stderr'),
  line(86_400, host('db2'), 'bye \x1b[2J'),
];

/** What a reporter prints of them; in the terminal's log both streams are one. */
async function print(kind: 'plain' | 'terminal' | 'piped', lineHead: LineHead, colour: Colour = 'plain') {
  const stdout = createMemoryStream();
  const stderr = kind === 'terminal' ? stdout : createMemoryStream();
  const options = {
    stdout,
    stderr,
    columns: () => 80,
    colour: { stdout: colour, stderr: colour },
    verbosity: 'normal',
    now: () => Date.parse(started.time),
    lineHead,
    onBrokenPipe: () => {},
  } as const;
  const stdoutIs = kind === 'terminal' ? 'terminal' : 'elsewhere';
  const reporter =
    kind === 'plain' ? createPlainReporter(options) : createTerminalReporter({ ...options, rows: () => 24, stdoutIs });
  for (const event of events) reporter.read(event);
  await reporter.close();
  return kind === 'terminal' ? stdout.text() : stdout.text() + stderr.text().replace(/^run .*\n/, '');
}

test('without a prefix: stdout as scripts print it, for awk, and stderr still says whose it is', async () => {
  const head = { time: 'none', host: 'none' } as const;
  const text = await print('plain', head);
  expect(text).toMatchInlineSnapshot(`
    "hello
    hello
    bye 
    db1 ! WARNING: skipped probes: 3
    "
  `);
  expect(await print('piped', head)).toBe(text);
});

test('without a prefix a terminal folds nothing: it would not be seen how many printed it', async () => {
  expect(await print('terminal', { time: 'none', host: 'none' })).toMatchInlineSnapshot(`
    "hello
    hello
    db1 ! WARNING: skipped probes: 3
    bye 
    "
  `);
});

test('with times', async () => {
  const head = { time: 'shown', host: 'shown' } as const;
  const text = await print('plain', head);
  expect(text).toMatchInlineSnapshot(`
    "2026-11-23T00:41:06.000Z db1 | hello
    2026-11-23T00:41:06.250Z db2 | hello
    2026-11-24T00:41:05.000Z db2 | bye 
    2026-11-23T00:41:07.000Z db1 ! WARNING: skipped probes: 3
    "
  `);
  expect(await print('piped', head)).toBe(text);
});

test('a line that is folded has the time of the first host', async () => {
  expect(await print('terminal', { time: 'shown', host: 'shown' })).toMatchInlineSnapshot(`
    "2026-11-23T00:41:06.000Z db[1,2] | hello
    2026-11-23T00:41:07.000Z db1 ! WARNING: skipped probes: 3
    2026-11-24T00:41:05.000Z db2 | bye 
    "
  `);
});

test('with times and without a prefix, in colour', async () => {
  expect(
    JSON.stringify(await print('plain', { time: 'shown', host: 'none' }, 'colour'), null, 1),
  ).toMatchInlineSnapshot(
    `""\\u001b[2m2026-11-23T00:41:06.000Z\\u001b[22m hello\\n\\u001b[2m2026-11-23T00:41:06.250Z\\u001b[22m hello\\n\\u001b[2m2026-11-24T00:41:05.000Z\\u001b[22m bye \\n\\u001b[2m2026-11-23T00:41:07.000Z\\u001b[22m \\u001b[36mdb1\\u001b[39m \\u001b[33m!\\u001b[39m WARNING: skipped probes: 3\\n""`,
  );
});

test('what makes no sense together is refused', () => {
  const text = { format: 'text', prefix: true } as const;
  const given = [
    { ...text, prefix: false },
    { ...text, timestamps: true, prefix: false },
    { ...text, fold: true, diff: true },
    { format: 'json', prefix: true },
    { ...text, format: 'json', prefix: false },
    { ...text, format: 'csv', timestamps: true },
    { ...text, format: 'table', fold: true },
    { ...text, quiet: true, diff: true },
    { ...text, check: true, fold: true },
    { ...text, timestamps: true, diff: true },
  ] as const;
  expect(given.map(options => refuseLineOptions(options) ?? 'fine').join('\n')).toMatchInlineSnapshot(`
    "fine
    fine
    fine
    fine
    --no-prefix is for lines, and --format json prints none
    --timestamps is for lines, and --format csv prints none
    --fold is for lines, and --format table prints none
    --diff is for lines, and --quiet prints none
    --fold is for lines, and --check runs nothing
    --timestamps is for each line, and --diff prints whole outputs"
  `);
});
