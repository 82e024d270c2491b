import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a command and all its descendants took. */
export interface Measured {
  readonly code: number;
  readonly wallSeconds: number;
  /** User and system time together. */
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  /** What it printed on both outputs. */
  readonly output: string;
}

export interface MeasureOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where standard output goes; without, it is kept with the errors. */
  readonly stdout?: string;
}

const wrapper = new URL('measure.py', import.meta.url).pathname;

/** Runs a command to its end; needs python3. */
export async function measure(
  argv: readonly [string, ...string[]],
  { env = {}, cwd = '.', stdout }: MeasureOptions = {},
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-measure-'));
  const said = join(folder, 'output');
  // Files, since whoever reads a pipe takes part of the time.
  const output = await open(said, 'a');
  const results = stdout === undefined ? undefined : await open(stdout, 'w');
  try {
    const result = join(folder, 'result.json');
    const child = spawn('python3', [wrapper, result, ...argv], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', (results ?? output).fd, output.fd],
    });
    await once(child, 'exit');
    const { code, wall, user, system, memoryKb } = JSON.parse(await readFile(result, 'utf8')) as Record<string, number>;
    return {
      code: code ?? -1,
      wallSeconds: wall ?? 0,
      cpuSeconds: (user ?? 0) + (system ?? 0),
      memoryMb: (memoryKb ?? 0) / 1024,
      output: await readFile(said, 'utf8'),
    };
  } finally {
    await output.close();
    await results?.close();
    await rm(folder, { recursive: true });
  }
}
