import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { err, ok, type Result } from '../../model/result.ts';
import { onAbort } from '../../process/on-abort.ts';
import { explainOutOfFiles, outOfFiles, retryOutOfFiles } from '../../process/out-of-files.ts';
import { processOutput } from '../process-output.ts';
import { remoteInput } from '../remote-input.ts';
import type { ExecFailure, Exit, RemoteProcess } from '../transport.ts';

/**
 * Starts a process here that behaves as one behind a channel: when `signal` or `connection` fires, its three streams
 * are closed, and it is not waited for any more. Throws only the reason of a `signal` that has already fired.
 */
export async function startProcess(
  [command, ...args]: readonly [string, ...string[]],
  signal: AbortSignal,
  connection: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  try {
    return await retryOutOfFiles(() => startOnce([command, ...args], signal, connection));
  } catch (error) {
    const isOut = outOfFiles(error);
    if (isOut === undefined) throw error;
    const { cause, cure } = explainOutOfFiles(isOut);
    return err({ kind: 'refused', cause: `cannot start ${command}: ${cause}`, cure });
  }
}

/** Throws also that no pipes can be made for it. */
async function startOnce(
  [command, ...args]: readonly [string, ...string[]],
  signal: AbortSignal,
  connection: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  if (connection.aborted) return err({ kind: 'lost', cause: 'the connection was closed' });
  let child: ChildProcessWithoutNullStreams;
  try {
    // A process group of its own: Ctrl-C at the terminal is for tapbook, which tells its commands by their input.
    child = spawn(command, args, { stdio: 'pipe', detached: true });
  } catch (error) {
    // A NUL byte is the caller's bug. Else the system refused (E2BIG), which for a missing file comes as an event.
    if (error instanceof TypeError) throw error;
    return err({ kind: 'refused', cause: `cannot start ${command}: ${(error as Error).message}` });
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (outOfFiles(error) !== undefined) return reject(error);
      const isMissing = error.code === 'ENOENT';
      resolve(err({ kind: 'refused', cause: isMissing ? `${command} is not installed here` : error.message }));
    });
    child.once('spawn', () => resolve(ok(asRemote(child, [signal, connection]))));
  });
}

function asRemote(child: ChildProcessWithoutNullStreams, hangUps: readonly AbortSignal[]): RemoteProcess {
  const gone = new AbortController();
  const over = new AbortController();
  const exit = new Promise<Exit>(resolve => {
    const hangUp = (): void => {
      gone.abort();
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      // What does not watch its input may go on; that is its own affair, as on a host that we have hung up on.
      child.unref();
      finish({ kind: 'lost', cause: 'the channel was closed by us' });
    };
    const finish = (end: Exit): void => {
      for (const forget of forgets) forget();
      resolve(end);
    };
    const forgets = hangUps.map(signal => onAbort(signal, hangUp));
    child.once('exit', () => over.abort());
    child.once('close', (code, name) => {
      finish(code === null ? { kind: 'signal', signal: String(name).replace(/^SIG/, '') } : { kind: 'code', code });
    });
    if (hangUps.some(signal => signal.aborted)) hangUp();
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined);
  return {
    stdout: processOutput(child.stdout, gone.signal),
    stderr: processOutput(child.stderr, gone.signal),
    stdin: remoteInput(child.stdin, over.signal),
    exit,
  };
}
