import { err, ok, type Result } from '../model/result.ts';
import { onAbort } from './on-abort.ts';
import type { Connection, ExecFailure, ExecOptions, Exit, RemoteProcess } from './transport.ts';

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly as: ExecOptions['as'];
  /** How long it may take in all, in milliseconds. */
  readonly limitMs: number;
  /** How much it may print on both outputs together; past that it counts as failed. */
  readonly maxOutputBytes: number;
  readonly stdin?: string;
}

export interface CommandResult {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandFailure {
  readonly kind: ExecFailure['kind'] | 'timed-out' | 'too-much-output';
  readonly cause: string;
  readonly cure?: string;
}

/** Runs a command to its end and collects what it prints. Throws only the reason of `signal`. */
export async function runCommand(
  connection: Connection,
  argv: readonly [string, ...string[]],
  { signal, as, limitMs, maxOutputBytes, stdin }: CommandOptions,
): Promise<Result<CommandResult, CommandFailure>> {
  signal.throwIfAborted();
  const channel = new AbortController();
  let failure: CommandFailure | undefined;
  const giveUp = (why: CommandFailure): void => {
    failure ??= why;
    channel.abort(new Error(why.cause));
  };
  const forget = onAbort(signal, () => channel.abort(signal.reason));
  const timer = setTimeout(
    () => giveUp({ kind: 'timed-out', cause: `it did not end within ${limitMs / 1000} s` }),
    limitMs,
  );
  try {
    const started = await connection.exec(argv, { signal: channel.signal, as });
    if (!started.ok) return started;
    const result = await collect(started.value, stdin, maxOutputBytes, () =>
      giveUp({ kind: 'too-much-output', cause: `it printed more than ${maxOutputBytes} bytes` }),
    );
    signal.throwIfAborted();
    return failure === undefined ? ok(result) : err(failure);
  } catch (error) {
    signal.throwIfAborted();
    if (failure !== undefined) return err(failure);
    throw error;
  } finally {
    clearTimeout(timer);
    forget();
  }
}

async function collect(
  process: RemoteProcess,
  stdin: string | undefined,
  maxBytes: number,
  onTooMuch: () => void,
): Promise<CommandResult> {
  let bytes = 0;
  const read = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        onTooMuch();
        break;
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  };
  const send = async (): Promise<void> => {
    if (stdin !== undefined) await process.stdin.write(stdin);
    process.stdin.end();
  };
  const [stdout, stderr, exit] = await Promise.all([read(process.stdout), read(process.stderr), process.exit, send()]);
  return { exit, stdout, stderr };
}
