import { err, ok, type Result } from '../model/result.ts';
import { onAbort } from '../process/on-abort.ts';
import type { Connection, ExecFailure, ExecOptions, Exit, RemoteProcess } from './transport.ts';

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly as: ExecOptions['as'];
  /** How long it may take in all, in milliseconds. */
  readonly limitMs: number;
  /** How much it may print on both outputs together; past that it counts as failed. */
  readonly maxOutputBytes: number;
  readonly stdin?: string;
  /** Once standard output has said this line, the command's end, which a child that holds its outputs could put off, is not waited for. */
  readonly lastLine?: string;
  /** Is given what comes on standard output, as it comes; of text that is no ASCII, its bytes. */
  readonly hear?: (text: string) => void;
}

export interface CommandResult {
  readonly exit: Exit;
  /** It has said its last line, and was left there: its exit is `lost` by that. */
  readonly hasAnswered?: true;
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
  options: CommandOptions,
): Promise<Result<CommandResult, CommandFailure>> {
  const { signal, as, limitMs, maxOutputBytes } = options;
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
    const result = await collect(started.value, options, {
      onTooMuch: () => giveUp({ kind: 'too-much-output', cause: `it printed more than ${maxOutputBytes} bytes` }),
      onLastLine: () => channel.abort(new Error('it has said all')),
    });
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
  { stdin, maxOutputBytes, lastLine, hear }: CommandOptions,
  { onTooMuch, onLastLine }: { readonly onTooMuch: () => void; readonly onLastLine: () => void },
): Promise<CommandResult> {
  let bytes = 0;
  const read = async (stream: AsyncIterable<Uint8Array>, isAll: (text: string) => boolean): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) {
        onTooMuch();
        break;
      }
      chunks.push(chunk);
      if (isAll(Buffer.from(chunk).toString('latin1'))) break;
    }
    return Buffer.concat(chunks).toString('utf8');
  };
  const send = async (): Promise<void> => {
    if (stdin !== undefined) await process.stdin.write(stdin);
    process.stdin.end();
  };
  let hasAnswered = false;
  let tail = '\n';
  const awaitBecome = (text: string): boolean => {
    hear?.(text);
    if (lastLine === undefined) return false;
    const said = tail + text;
    tail = said.slice(-lastLine.length - 2);
    hasAnswered = said.includes(`\n${lastLine}\n`);
    if (hasAnswered) onLastLine();
    return hasAnswered;
  };
  const [stdout, stderr, exit] = await Promise.all([
    read(process.stdout, awaitBecome),
    read(process.stderr, () => false),
    process.exit,
    send(),
  ]);
  return { exit, stdout, stderr, ...(hasAnswered ? { hasAnswered } : {}) };
}
