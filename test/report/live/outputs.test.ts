import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { printOutputs } from '../../../src/cli/session/print-outputs.ts';
import type { HostName } from '../../../src/model/ids.ts';
import { createPlainReporter } from '../../../src/report/live/plain-reporter.ts';
import { createTerminalReporter } from '../../../src/report/live/terminal-reporter.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import { applyOf, host, hosts, line, plan } from '../../support/sample-run.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const common = ['read 1', 'read 2', 'read 3', 'read 4', 'read 5', 'write 1', 'write 2', 'end'];
const texts: Readonly<Record<string, readonly string[]>> = {
  db01: common.map(text => (text === 'read 5' ? 'read 55' : text)),
  db02: common,
  db03: common,
  db04: common,
  db05: common,
  db06: ['a \x1b[2J way of its own'],
  db07: common.map(text => (text === 'read 5' ? 'read 55' : text)),
};

/** A run's directory with what these hosts printed. */
async function keep(outputs: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kept-outputs-'));
  folders.push(directory);
  await mkdir(join(directory, 'output'));
  for (const [name, lines] of Object.entries(outputs)) {
    await writeFile(join(directory, 'output', `${name}.txt`), lines.map(text => `${text}\n`).join(''));
  }
  return directory;
}

async function print(
  outputs: Readonly<Record<string, readonly string[]>>,
  differing: 'whole' | 'as-diff',
  silent: readonly HostName[] = [],
  signal = new AbortController().signal,
) {
  const directory = await keep(outputs);
  const names = [...Object.keys(outputs).map(host), ...silent];
  let text = '';
  for await (const piece of printOutputs({ directory, differing, colour: 'plain', signal }, names)) text += piece;
  return text.replaceAll(directory, 'DIR');
}

test('equal outputs stand once, the commonest first, and who printed nothing last', async () => {
  expect(await print(texts, 'whole', hosts('db08', 'db09'))).toMatchInlineSnapshot(`
    "OUTPUT db[02-05] (4 hosts)
    read 1
    read 2
    read 3
    read 4
    read 5
    write 1
    write 2
    end

    OUTPUT db[01,07] (2 hosts)
    read 1
    read 2
    read 3
    read 4
    read 55
    write 1
    write 2
    end

    OUTPUT db06
    a  way of its own

    OUTPUT db[08,09] (2 hosts)
    (nothing)
    "
  `);
});

test('what differs from the commonest output, as a diff', async () => {
  expect(await print(texts, 'as-diff', hosts('db08'))).toMatchInlineSnapshot(`
    "OUTPUT db[02-05] (4 hosts)
    read 1
    read 2
    read 3
    read 4
    read 5
    write 1
    write 2
    end

    OUTPUT db[01,07] (2 hosts), which differs:
    --- db[02-05] (4 hosts)
    +++ db[01,07] (2 hosts)
    @@ -2,7 +2,7 @@
     read 2
     read 3
     read 4
    -read 5
    +read 55
     write 1
     write 2
     end

    OUTPUT db06, which differs:
    --- db[02-05] (4 hosts)
    +++ db06
    @@ -1,8 +1,1 @@
    -read 1
    -read 2
    -read 3
    -read 4
    -read 5
    -write 1
    -write 2
    -end
    +a  way of its own

    OUTPUT db08
    (nothing)
    "
  `);
});

test('hosts that all printed the same have no diff; where nobody printed anything that is said', async () => {
  expect(await print({ db1: ['x'], db2: ['x'] }, 'as-diff')).toMatchInlineSnapshot(`
    "OUTPUT db[1,2] (2 hosts)
    x
    "
  `);
  expect(await print({}, 'whole', hosts('db1', 'db2'))).toMatchInlineSnapshot(`
    "OUTPUT db[1,2] (2 hosts)
    (nothing)
    "
  `);
  expect(await print({}, 'whole')).toBe('');
});

test('of a long output the beginning is shown, and where the whole is', async () => {
  const long = Array.from({ length: 60_000 }, (_, index) => `line ${index} of a flood`);
  const text = await print({ db1: long, db2: ['short'] }, 'whole');
  expect(text.slice(text.indexOf('…') - 30)).toMatchInlineSnapshot(`
    "a flood
    line 45958 of a flood
    … cut after 45959 lines; all 1.3MB are in DIR/output/db1.txt

    OUTPUT db2
    short
    "
  `);
  const diff = await print({ db1: long, db2: [...long.slice(0, 59_000), 'late'] }, 'as-diff');
  expect(diff.slice(diff.indexOf('which differs') - 12)).toMatchInlineSnapshot(`
    "OUTPUT db2, which differs:
    --- db1
    +++ db2
    (differs only in control characters or behind the cut)
    … cut after 45959 lines; all 1.3MB are in DIR/output/db2.txt
    "
  `);
  const other = await print({ db1: long, db2: long.map(text => `${text}!`) }, 'as-diff');
  expect(other.slice(other.indexOf('which differs') - 12)).toMatchInlineSnapshot(`
    "OUTPUT db2, which differs:
    --- db1
    +++ db2
    (more than 2000 lines differ)
    … cut after 43961 lines; all 1.4MB are in DIR/output/db2.txt
    "
  `);
});

test('of very many diffs the first hundred are shown', async () => {
  const fleet = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`db${index + 100}`, [`${index}`]]));
  const text = await print(fleet, 'as-diff');
  expect(text.match(/^OUTPUT/gm)?.length).toBe(101);
  expect(text.slice(-60)).toMatchInlineSnapshot(`
    "+100

    19 more outputs of db[201-219] (19 hosts): DIR/output
    "
  `);
});

test('after a second Ctrl-C nothing is read', async () => {
  expect(await print(texts, 'whole', [], AbortSignal.abort())).toBe('');
});

test.each(['plain', 'terminal'] as const)(
  'the %s reporter prints them in place of lines, before the recap',
  async kind => {
    const directory = await keep({ db1: ['hello'], db2: ['hello'] });
    const out = createMemoryStream();
    const signal = new AbortController().signal;
    const all = {
      stdout: out,
      stderr: out,
      columns: () => 80,
      rows: () => 24,
      stdoutIs: 'terminal',
      colour: { stdout: 'plain', stderr: 'plain' },
      verbosity: 'normal',
      now: () => Date.parse('2026-11-23T00:43:00Z'),
      outputs: (names: readonly HostName[]) =>
        printOutputs({ directory, differing: 'whole', colour: 'plain', signal }, names),
      onBrokenPipe: () => {},
    } as const;
    const reporter = kind === 'plain' ? createPlainReporter(all) : createTerminalReporter(all);
    for (const event of applyOf(plan(hosts('db1', 'db2', 'db3')))) reporter.read(event);
    reporter.read(line(200, host('db2'), 'WARNING: skipped probes', 'stderr'));
    await reporter.close();
    const text = out.text();
    expect(text).not.toContain('db1 | ');
    expect(text).toContain('db2 ! WARNING: skipped probes');
    expect(text.slice(text.indexOf('OUTPUT'), text.indexOf('builds:'))).toMatchInlineSnapshot(`
      "OUTPUT db[1,2] (2 hosts)
      hello

      RECAP
      db1 : ok=1 failed=0 unreachable=0
      db2 : ok=1 failed=0 unreachable=0
      db3 : ok=0 failed=1 unreachable=0
      "
    `);
  },
);
