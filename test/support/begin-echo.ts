import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A process of a program that repeats its input, as `cat` does. It has begun when it repeats something; it ends with the test. */
export async function beginEcho(
  program: string,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(program, argv, { env: { ...process.env, ...env } });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  child.stdin.write('x');
  await once(child.stdout, 'data');
  return child;
}
