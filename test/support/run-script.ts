import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with programs that stand in for real ones, first on the PATH of what is run with it. */
export interface StandIns extends AsyncDisposable {
  readonly folder: string;
  add(name: string, script: string): Promise<void>;
  run(argv: readonly string[], stdin: StdinPlan): Promise<Ran>;
}

/** What is written to standard input, and when it is closed: at once, or when the function resolves. */
export interface StdinPlan {
  readonly bytes: Uint8Array | string;
  readonly meanwhile?: (child: ChildProcessWithoutNullStreams) => Promise<unknown>;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export async function makeStandIns(): Promise<StandIns> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-ins-'));
  return {
    folder,
    async add(name, script) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    },
    async run([command = '', ...args], { bytes, meanwhile }) {
      const child = spawn(command, args, { env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } });
      const stdout: Buffer[] = [];
      let stderr = '';
      child.stdout.on('data', chunk => stdout.push(chunk));
      child.stderr.on('data', chunk => {
        stderr += chunk;
      });
      child.stdin.on('error', () => undefined);
      const closed = new Promise<number | null>(resolve => child.once('close', resolve));
      child.stdin.write(bytes);
      await meanwhile?.(child);
      child.stdin.end();
      return { code: await closed, stdout: Buffer.concat(stdout), stderr };
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
