import { err, ok, type Result } from '../model/result.ts';
import type { Connection, ExecFailure, ExecOptions, Exit } from './transport.ts';

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

/** Runs a command to its end and collects what it prints. Throws only when `signal` has fired. */
export async function runCommand(
  connection: Connection,
  argv: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<Result<CommandResult, CommandFailure>> {
  const limit = AbortSignal.timeout(options.limitMs);
  const tooMuch = new AbortController();
  const signal = AbortSignal.any([options.signal, limit, tooMuch.signal]);
  const started = await connection.exec(argv, { signal, as: options.as });
  if (!started.ok) return started;
  const process = started.value;
  let bytes = 0;
  const collect = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > options.maxOutputBytes) tooMuch.abort(new Error('too much output'));
      else chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  };
  const send = async (): Promise<void> => {
    if (options.stdin !== undefined) await process.stdin.write(options.stdin);
    process.stdin.end();
  };
  const [stdout, stderr] = await Promise.all([collect(process.stdout), collect(process.stderr), send()]);
  const exit = await process.exit;
  options.signal.throwIfAborted();
  if (tooMuch.signal.aborted) {
    return err({ kind: 'too-much-output', cause: `it printed more than ${options.maxOutputBytes} bytes` });
  }
  if (limit.aborted && exit.kind === 'lost') {
    return err({ kind: 'timed-out', cause: `no answer within ${options.limitMs / 1000} s` });
  }
  return ok({ exit, stdout, stderr });
}
