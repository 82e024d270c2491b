import { spawn } from 'node:child_process';

/** How a run of stap on this machine ended, and the end of what it had to say. */
export type StapRun =
  | { readonly kind: 'exited'; readonly code: number; readonly messages: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface StapRunOptions {
  /** Its working folder, its temporary folder, and where it keeps what it learns of a kernel. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly limitSeconds: number;
}

/** What is kept of its messages, in bytes: much more than a person reads. */
const mostBytes = 1024 * 1024;

/**
 * Runs stap on this machine to its end. It has a process group of its own, which is ended when `signal` fires or the limit
 * is over: first by TERM, so that it can clean up. Throws only the reason of `signal`, and that once stap is gone.
 */
export async function runStap(
  [program, ...args]: readonly [string, ...string[]],
  { directory, signal, limitSeconds }: StapRunOptions,
): Promise<StapRun> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd: directory,
    // No network, no marks in the home folder, and texts as they are known.
    env: { ...process.env, LC_ALL: 'C', TMPDIR: directory, SYSTEMTAP_DIR: directory, DEBUGINFOD_URLS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  });
  let isLate = false;
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    kill ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 3000);
  };
  const limit = setTimeout(() => {
    isLate = true;
    stop();
  }, limitSeconds * 1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const result = await new Promise<StapRun>(resolve => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ENOENT' ? { kind: 'missing' } : { kind: 'failed', cause: error.message });
      });
      child.once('close', (code, name) => {
        const messages = Buffer.concat(chunks).toString('utf8');
        if (isLate) resolve({ kind: 'timed-out' });
        else if (code === null) resolve({ kind: 'failed', cause: `it was ended by ${name}` });
        else resolve({ kind: 'exited', code, messages });
      });
    });
    signal.throwIfAborted();
    return result;
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
    signal.removeEventListener('abort', stop);
  }
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended by itself.
  }
}
