import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { err, ok, type Result } from '../model/result.ts';

/** Why git gave no answer. */
export interface GitTrouble {
  /** `absent`: there is no git here; `slow`: it was ended after its limit; `refused`: it says no. */
  readonly kind: 'absent' | 'slow' | 'refused';
  /** What it wrote to stderr, at most so much of it. */
  readonly says: string;
}

export interface GitOptions {
  readonly signal: AbortSignal;
  /** For its standard input. */
  readonly input?: string;
  readonly limitMs?: number;
  /** Called with each piece of standard output; without it, all of it is the answer. */
  readonly onOutput?: (chunk: Buffer) => Promise<void>;
}

const usualLimitMs = 10_000;
const mostOutput = 64 * 1024 * 1024;
const mostSaid = 4096;

/**
 * Runs git in a folder: no shell, no pager, no question, no hook, nothing written. Resolves to its standard output and to
 * what it said besides. Throws only the reason of `signal`, and what `onOutput` throws.
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { signal, input = '', limitMs = usualLimitMs, onOutput }: GitOptions,
): Promise<Result<{ readonly output: Buffer; readonly says: string }, GitTrouble>> {
  signal.throwIfAborted();
  const child = spawn('git', [...safeOptions, '-C', folder, ...args], {
    env: gitEnvironment(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
    kill();
  }, limitMs);
  signal.addEventListener('abort', kill, { once: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < mostSaid) said += text.slice(0, mostSaid - said.length);
  });
  const ended = once(child, 'close').then(
    ([code]) => code as number | null,
    (error: NodeJS.ErrnoException) => error,
  );
  // git may end before it has read all of it.
  child.stdin.on('error', () => undefined).end(input);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      if (onOutput !== undefined) await onOutput(chunk);
      else {
        chunks.push(chunk);
        size += chunk.length;
      }
      if (size > mostOutput) break;
    }
    if (size > mostOutput) kill();
    const code = await ended;
    signal.throwIfAborted();
    const says = said.trim();
    if (code instanceof Error) return err({ kind: 'absent', says: code.message });
    if (limit.signal.aborted) return err({ kind: 'slow', says: `it took longer than ${limitMs / 1000} seconds` });
    if (size > mostOutput) return err({ kind: 'refused', says: 'its answer is too long' });
    return code === 0 ? ok({ output: Buffer.concat(chunks), says }) : err({ kind: 'refused', says });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/**
 * A repository's own configuration may name programs for fsmonitor and for hooks; replacements (`git replace`) would give
 * another content for the commit that is recorded.
 */
const safeOptions: readonly string[] = [
  '--no-pager',
  '--no-optional-locks',
  '--no-replace-objects',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.warnAmbiguousRefs=true',
];

/** In a hook, variables say which repository is meant, whatever the folder; others make git write traces. */
function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || kept.test(name));
  return { ...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/** Where configuration comes from (safe.directory in a container), and how a partial clone reaches its remote. */
const kept =
  /^GIT_(?:CONFIG(?!$)\w*|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;
