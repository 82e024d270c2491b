import { spawn } from 'node:child_process';
import { printableLine } from '../../model/printable-text.ts';
import { err, ok, type Result } from '../../model/result.ts';

/** How long one call may take, in milliseconds, and how much it may print, in bytes. */
const longest = 30_000;
const largest = 64 * 1024 * 1024;
/** Of what it says on stderr, the end is kept. */
const longestComplaint = 4_096;
const shownLines = 5;

/**
 * What a program prints, started with an absolute path in the directory of this process, as Ansible does. It has no
 * stdin, and a process group of its own, which is killed when it takes too long or prints too much. The failure is a
 * sentence that ends with what the program last said. An abort throws.
 */
export async function runInventoryProgram(
  path: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<string, string>> {
  signal.throwIfAborted();
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended already.
    }
    // Who has left the group may still hold the pipes.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  let stopped: string | undefined;
  const stop = (why: string): void => {
    stopped ??= why;
    kill();
  };
  const timer = setTimeout(() => stop(`has not ended after ${longest / 1000} s`), longest);
  const abort = (): void => stop('was interrupted');
  signal.addEventListener('abort', abort, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largest) stop(`prints more than ${largest / 1024 / 1024} MB`);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-longestComplaint);
  });
  const ended = await new Promise<string | undefined>(resolve => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // The file is there: it has been looked at.
      const why = error.code === 'ENOENT' ? 'its interpreter is not there (see its first line, and for \\r in it)' : '';
      resolve(`cannot be started: ${why || error.message.replace(/^spawn \S+ /, '')}`);
    });
    child.once('close', (code, killedBy) =>
      resolve(code === 0 ? undefined : code === null ? `was killed by ${killedBy}` : `ends with code ${code}`),
    );
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', abort);
  signal.throwIfAborted();
  const failure = stopped ?? ended;
  if (failure !== undefined) return err(`${failure}${lastLines(complaint)}`);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') && !bytes.equals(Buffer.from(text)) ? err('prints what is no UTF-8') : ok(text);
}

function lastLines(complaint: string): string {
  const lines = complaint
    .split(/\r?\n/)
    .map(line => printableLine(line))
    .filter(line => line !== '');
  return lines.length === 0 ? '' : `; it says: ${lines.slice(-shownLines).join(' | ').slice(-1_000)}`;
}
