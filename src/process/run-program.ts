import type { Readable } from 'node:stream';
import { err, ok, type Result } from '../model/result.ts';
import { onAbort } from './on-abort.ts';
import type { ProgramEnding, ProgramGroup } from './program-ending.ts';
import { explainEnd, explainStart, type ProgramFailure, type StartError } from './program-failure.ts';

export interface ProgramOptions {
  readonly signal: AbortSignal;
  /** In milliseconds; then the program is ended. The time counts until all holders of its outputs have closed them. */
  readonly limitMs: number;
  /** Standard output: ignored; kept up to a limit; or handed over piece by piece, with back-pressure. */
  readonly output: 'ignored' | { readonly mostBytes: number } | { readonly take: (chunk: Buffer) => Promise<void> };
  /** Default: `empty`. A text need not be read to its end. */
  readonly stdin?: 'empty' | 'ours' | { readonly text: string };
  /** What of standard error is kept (default: the last 4,096 bytes); `ours`: it goes to our own. */
  readonly stderr?: KeptText | 'ours' | 'ignored';
  /** Default: `ours`, so that Ctrl-C at the terminal reaches it, and it can prompt there. */
  readonly group?: ProgramGroup;
  /** Where it runs; without it, where we do. */
  readonly folder?: string;
  /** The whole environment; without it, ours. */
  readonly env?: NodeJS.ProcessEnv;
}

interface KeptText {
  readonly keep: 'beginning' | 'end';
  readonly mostBytes: number;
}

export interface ProgramOutput {
  /** Empty unless it is kept. */
  readonly output: Buffer;
  /** What was kept of its standard error. */
  readonly says: string;
}

/**
 * Runs a program on this machine to its end, without a shell. All failures are values; throws only the reason of `signal`,
 * once the program has ended, and what `take` throws. The program does not outlive this process.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<Result<ProgramOutput, ProgramFailure>> {
  const { signal, limitMs, output: wanted, folder, group = 'ours', stdin = 'empty' } = options;
  signal.throwIfAborted();
  // Loaded only where something is run.
  const [{ execa }, { programEnding }] = await Promise.all([import('execa'), import('./program-ending.ts')]);
  signal.throwIfAborted();
  const start = () =>
    execa(program, args, {
      ...(folder === undefined ? {} : { cwd: folder }),
      ...(typeof stdin === 'object' ? { input: stdin.text } : { stdin: stdin === 'ours' ? 'inherit' : 'ignore' }),
      stdout: wanted === 'ignored' ? 'ignore' : 'pipe',
      stderr: options.stderr === 'ours' ? 'inherit' : options.stderr === 'ignored' ? 'ignore' : 'pipe',
      ...{ env: options.env ?? process.env, extendEnv: false, detached: group === 'own' },
      // Read and ended here: by the group, and by bytes as they come.
      ...{ buffer: false, encoding: 'buffer', reject: false, cleanup: false, forceKillAfterDelay: false },
    });
  let child: ReturnType<typeof start>;
  try {
    child = start();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    // Our own folder is gone.
    return err(explainStart(program, folder, { message: (error as Error).message }));
  }
  using ending = programEnding(child, group);
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    ending.end();
  }, limitMs);
  const forget = onAbort(signal, () => ending.end());
  try {
    const kept = typeof options.stderr === 'object' ? options.stderr : usuallyKept;
    const [output, says, result] = await Promise.all([
      readOutput(child.stdout ?? undefined, wanted, ending),
      readText(child.stderr ?? undefined, kept, ending),
      child,
    ]);
    signal.throwIfAborted();
    if (output.kind === 'threw') throw output.error;
    if (output.kind === 'too-much')
      return err({ kind: 'too-much', cause: `prints more than ${sayBytes(output.most)}`, says });
    if (isSlow) return err({ kind: 'slow', cause: explainTimeout(limitMs, ending), says });
    if (!result.failed) return ok({ output: output.bytes, says });
    const { exitCode, signal: killedBy } = result;
    if (exitCode !== undefined || killedBy !== undefined) return err(explainEnd({ exitCode, signal: killedBy }, says));
    return err(explainStart(program, folder, startError(result)));
  } finally {
    clearTimeout(timer);
    forget();
  }
}

const usuallyKept: KeptText = { keep: 'end', mostBytes: 4_096 };

/** execa's error for a program that did not start. */
interface FailedStart {
  readonly code?: string | undefined;
  readonly cause?: unknown;
  readonly originalMessage?: string | undefined;
}

type Read =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-much'; readonly most: number }
  | { readonly kind: 'threw'; readonly error: unknown };

async function readOutput(
  stream: Readable | undefined,
  wanted: ProgramOptions['output'],
  ending: ProgramEnding,
): Promise<Read> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (stream === undefined || wanted === 'ignored') return { kind: 'read', bytes: Buffer.alloc(0) };
  for await (const chunk of untilClosed(stream, ending)) {
    if ('take' in wanted) {
      try {
        await wanted.take(chunk);
      } catch (error) {
        ending.end();
        return { kind: 'threw', error };
      }
      continue;
    }
    size += chunk.length;
    if (size > wanted.mostBytes) {
      ending.end();
      return { kind: 'too-much', most: wanted.mostBytes };
    }
    chunks.push(chunk);
  }
  return { kind: 'read', bytes: Buffer.concat(chunks) };
}

async function readText(
  stream: Readable | undefined,
  { keep, mostBytes }: KeptText,
  ending: ProgramEnding,
): Promise<string> {
  if (stream === undefined) return '';
  let kept = Buffer.alloc(0);
  for await (const chunk of untilClosed(stream, ending)) {
    if (keep === 'end') kept = Buffer.concat([kept, chunk]).subarray(-mostBytes);
    else if (kept.length < mostBytes) kept = Buffer.concat([kept, chunk]).subarray(0, mostBytes);
  }
  return kept.toString('utf8');
}

/** The stream's data until it ends or we close it. */
async function* untilClosed(stream: Readable, ending: ProgramEnding): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (!ending.isEnding()) throw error;
  }
}

function explainTimeout(limitMs: number, ending: ProgramEnding): string {
  return ending.wasOver()
    ? `has ended, but what it has started holds its output open after ${limitMs / 1000} s`
    : `has not ended after ${limitMs / 1000} s`;
}

function sayBytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} kB`;
}

function startError({ code, cause, originalMessage }: FailedStart): StartError {
  return { code, message: cause instanceof Error ? cause.message : (originalMessage ?? 'the system refuses') };
}
