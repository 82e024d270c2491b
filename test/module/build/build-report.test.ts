import { expect, test } from 'vitest';
import { readBuildReport } from '../../../src/module/build/build-report.ts';

const most = { all: 10_000, line: 1_000 };

async function* chunks(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

test('all of a log that there is room for, and what the script says between', async () => {
  const said = ['Pass 1: parsed', 'N exit 1', 'N failed no room', 'N failed later', 'N module 12'];
  expect(await readBuildReport(chunks(said), 'N', most)).toEqual({
    log: 'Pass 1: parsed\n',
    limit: 'kept',
    exit: 1,
    failed: 'no room',
    probes: undefined,
    moduleBytes: 12,
  });
});

test('a stap that prints without end: the first and the last lines are kept, and the others counted', async () => {
  function* lines(): Iterable<string> {
    for (let at = 0; at < 100_000; at++) yield `WARNING: ${at}`;
    yield 'N limit 60';
    yield `N failed ${'x'.repeat(30_000)}`;
    yield 'y'.repeat(30_000);
    yield 'Pass 5: run failed.';
    yield 'N exit 1';
  }
  const { log, failed, exit, limit } = await readBuildReport(chunks(lines()), 'N', most);
  expect(log.length).toBeLessThan(11_000);
  expect(log).toMatch(
    /^WARNING: 0\nWARNING: 1\n[^…]*\n… and \d+ more lines\n(?:WARNING: \d+\n)+y{999}…\nPass 5: run failed\.\n$/,
  );
  expect([failed?.length, exit, limit]).toEqual([500, 1, 'passed']);
});

test('the C that tells what is probed comes as it is, and the folder that it is from is not in the log', async () => {
  const said = [
    'Keeping temporary directory "/tmp/tapbook-build-x/stapmdBaqW"',
    'N exit 0',
    'N probe { .finder={  .purpose="inode-uprobes", }, .solib_pathname="/opt/a  b",',
    'N symbol .name = "/opt/a  b",',
    'N probes 1',
  ];
  const { log, probes } = await readBuildReport(chunks(said), 'N', most);
  expect([log, probes]).toEqual([
    '',
    {
      count: 1,
      probes: ['{ .finder={  .purpose="inode-uprobes", }, .solib_pathname="/opt/a  b",'],
      symbols: ['.name = "/opt/a  b",'],
    },
  ]);
});
