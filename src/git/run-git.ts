import { err, ok, type Result } from '../model/result.ts';
import { runProgram } from '../process/run-program.ts';

/** Why git gave no answer. */
export interface GitTrouble {
  /** `absent`: git is not installed; `slow`: it exceeded its time limit; `refused`: it failed. */
  readonly kind: 'absent' | 'slow' | 'refused';
  /** The end of what it wrote to stderr, or why it wrote nothing. */
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
const mostBytes = 64 * 1024 * 1024;

/**
 * Runs git in a folder without shell, pager, prompts or hooks, and without writing anything. Resolves to both its outputs.
 * Throws only the reason of `signal`, and what `onOutput` throws.
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { signal, input = '', limitMs = usualLimitMs, onOutput }: GitOptions,
): Promise<Result<{ readonly output: Buffer; readonly says: string }, GitTrouble>> {
  const ran = await runProgram(['git', ...safeOptions, '-C', folder, ...args], {
    env: gitEnvironment(process.env),
    output: onOutput === undefined ? { mostBytes } : { take: onOutput },
    ...{ signal, limitMs, stdin: { text: input } },
  });
  if (ran.ok) return ok({ output: ran.value.output, says: ran.value.says.trim() });
  const { kind, cause, says } = ran.error;
  switch (kind) {
    case 'absent':
    case 'not-executable':
    case 'not-started':
      return err({ kind: 'absent', says: cause });
    case 'slow':
      return err({ kind: 'slow', says: `it ${cause}` });
    case 'too-much':
      return err({ kind: 'refused', says: 'its answer is too long' });
    case 'killed':
      return err({ kind: 'refused', says: `it ${cause}` });
    case 'failed':
      return err({ kind: 'refused', says: says.trim() });
    default:
      return kind satisfies never;
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

/** Within a git hook, variables override the repository of the folder; others make git write traces. */
function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || kept.test(name));
  return { ...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/** Where configuration comes from (safe.directory in a container), and how a partial clone reaches its remote. */
const kept =
  /^GIT_(?:CONFIG(?!$)\w*|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;
