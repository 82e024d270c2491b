import { ok, type Result } from '../model/result.ts';
import { onAbort } from './on-abort.ts';
import type { CommandFailure } from './run-command.ts';
import type { Connection } from './transport.ts';

export interface AskOptions {
  readonly signal: AbortSignal;
  /** How long the answer may take in all, in milliseconds. */
  readonly limitMs: number;
  /** How much may be printed on both outputs together; past that it counts as failed. */
  readonly maxOutputBytes: number;
  /** The line that is the end of the answer. */
  readonly lastLine: string;
  /** All that the shell reads. */
  readonly input: string;
  /** Is given what is printed, as it comes. */
  readonly hear?: (text: string) => void;
}

export interface ShellAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** Where it has not said its last line: how it was lost. */
  readonly lost?: string;
}

/**
 * Starts a shell as the login user, and hears it out until it has said its last line: its end, which a child that still
 * holds its outputs could put off, is not waited for. Throws only the reason of `signal`.
 */
export async function askShell(
  connection: Connection,
  argv: readonly [string, ...string[]],
  { signal, limitMs, maxOutputBytes, lastLine, input, hear }: AskOptions,
): Promise<Result<ShellAnswer, CommandFailure>> {
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
    const started = await connection.exec(argv, { signal: channel.signal, as: 'login-user' });
    if (!started.ok) return started;
    const process = started.value;
    let bytes = 0;
    const read = async (stream: AsyncIterable<Uint8Array>, take: (chunk: Uint8Array) => 'more' | 'enough') => {
      for await (const chunk of stream) {
        bytes += chunk.length;
        if (bytes > maxOutputBytes) {
          giveUp({ kind: 'too-much-output', cause: `it printed more than ${maxOutputBytes} bytes` });
          return 'enough';
        }
        if (take(chunk) === 'enough') return 'enough';
      }
      return 'ended';
    };
    const said = new TextCollector();
    const complaints = new TextCollector();
    const answer = read(process.stdout, chunk => {
      const more = said.add(chunk);
      hear?.(more);
      return said.hasLine(lastLine) ? 'enough' : 'more';
    });
    const complaining = read(process.stderr, chunk => {
      complaints.add(chunk);
      return 'more';
    });
    // Not waited for: who reads nothing may say why.
    void process.stdin.write(input);
    process.stdin.end();
    const how = await answer;
    // What is left of it, and whoever holds its outputs, has nothing more to say.
    if (how === 'enough') channel.abort(new Error('it has answered'));
    else await complaining;
    const exit = await process.exit;
    signal.throwIfAborted();
    if (failure !== undefined) return { ok: false, error: failure };
    const lost = how === 'ended' && exit.kind === 'lost' ? { lost: exit.cause } : {};
    return ok({ stdout: said.text, stderr: complaints.text, ...lost });
  } catch (error) {
    signal.throwIfAborted();
    if (failure !== undefined) return { ok: false, error: failure };
    throw error;
  } finally {
    clearTimeout(timer);
    forget();
  }
}

class TextCollector {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  text = '';
  #seen = 0;

  add(chunk: Uint8Array): string {
    const more = this.#decoder.decode(chunk, { stream: true });
    this.text += more;
    return more;
  }

  /** What was looked through before is not looked through again. */
  hasLine(line: string): boolean {
    const from = Math.max(0, this.#seen - line.length - 2);
    this.#seen = this.text.length;
    return this.text.startsWith(`${line}\n`) || this.text.includes(`\n${line}\n`, from);
  }
}
