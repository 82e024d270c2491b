import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchFleet } from './bench-fleet.ts';
import { type Measured, measure } from './measure.ts';
import { tapbook } from './tapbook-command.ts';
import { plantPlaybook } from './whole-job.ts';

/** What came of a lot of output. */
export interface OutputRun {
  readonly name: string;
  readonly hosts: number;
  readonly lines: number;
  readonly linesPerSecond: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  /** Of what the scripts printed, how many bytes are not in the hosts' files. */
  readonly bytesMissing: number;
}

const lineBytes = 100;

const keepAll = ['--max-file', '10GB', '--max-output', '10GB'] as const;

/** So many hosts that print so many lines each, kept only, and shown as well: on a pipe, on a terminal. */
export async function measureLines(fleet: BenchFleet, hosts: number, lines: number): Promise<readonly OutputRun[]> {
  const file = join(fleet.folder, 'lines');
  await writeFile(file, `${'x'.repeat(lineBytes - 1)}\n`.repeat(lines));
  await fleet.behave(`exec cat ${file}\n`);
  const words = { hosts, lines: hosts * lines };
  const argv = tapbook('apply', await plantPlaybook(fleet), '-i', await fleet.inventory(hosts), ...keepAll);
  return [
    await keep(fleet, { ...words, name: 'kept, not shown (--quiet)' }, [...argv, '--quiet']),
    await keep(fleet, { ...words, name: 'kept and shown, into a file' }, argv),
    await keep(fleet, { ...words, name: 'kept and shown, on a terminal' }, [
      'script',
      '-qec',
      argv.join(' '),
      '/dev/null',
    ]),
  ];
}

/** One host that prints so many lines. */
export async function measureFlood(fleet: BenchFleet, lines: number): Promise<OutputRun> {
  await fleet.behave(`yes ${'x'.repeat(lineBytes - 1)} 2>/dev/null | head -n ${lines}\nexit\n`);
  const argv = tapbook('apply', await plantPlaybook(fleet), '-i', await fleet.inventory(1), ...keepAll, '--quiet');
  return keep(fleet, { name: 'one host', hosts: 1, lines }, argv);
}

async function keep(
  fleet: BenchFleet,
  words: Pick<OutputRun, 'name' | 'hosts' | 'lines'>,
  argv: readonly [string, ...string[]],
): Promise<OutputRun> {
  const runs = join(fleet.env['XDG_STATE_HOME'] ?? '', 'tapbook', 'runs');
  await rm(runs, { recursive: true, force: true });
  const took: Measured = await measure(argv, {
    env: { ...fleet.env, TERM: 'xterm' },
    stdout: join(fleet.folder, 'stdout'),
  });
  if (took.code !== 0) throw new Error(`${words.name} ends with ${took.code}: ${took.output.slice(-2000)}`);
  const kept = await sizeOf(join(runs, (await readdir(runs)).find(name => /^\d{8}T/.test(name)) ?? '', 'output'));
  await rm(runs, { recursive: true });
  return {
    ...words,
    linesPerSecond: words.lines / took.wallSeconds,
    wallSeconds: took.wallSeconds,
    cpuSeconds: took.cpuSeconds,
    memoryMb: took.memoryMb,
    bytesMissing: words.lines * lineBytes - kept,
  };
}

/** What staprun complains of does not count. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder))
    if (!name.endsWith('.err.txt')) size += (await stat(join(folder, name))).size;
  return size;
}
