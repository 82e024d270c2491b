import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../model/result.ts';
import { runProgram } from '../process/run-program.ts';

/** Why git gave no answer. */
export interface GitTrouble {
  /** `absent`: git is not installed; `slow`: it exceeded its time limit; `refused`: it failed. */
  readonly kind: 'absent' | 'slow' | 'refused';
  /** The end of what it wrote to stderr, or why it was not asked or wrote nothing. */
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

/** What is said of a folder whose configuration nobody has chosen. */
export const bareRepository = 'it is, or lies in, a repository without a working tree, which any clone may bring along';
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
  if (await meetsBareRepository(folder)) return err({ kind: 'refused', says: bareRepository });
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
 * A repository's own configuration may name programs for fsmonitor and for hooks, and a folder of a clone may be a repository without a
 * working tree, with a configuration that came by the clone; replacements (`git replace`) would give another content for the commit
 * that is recorded. Filters have names of their own: `read-status.ts` takes them away.
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
  '-c',
  'safe.bareRepository=explicit',
];

/**
 * Within a git hook, variables override the repository of the folder; others make git write traces. In a partial clone git would fetch
 * what is not there, by programs and from places that the repository's configuration names: no protocol is allowed.
 */
function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || kept.test(name));
  return {
    ...Object.fromEntries(own),
    ...{
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: '',
      GIT_NO_LAZY_FETCH: '1',
      LC_ALL: 'C',
    },
  };
}

/** Where the user's own configuration comes from (safe.directory in a container). */
const kept = /^GIT_(?:CONFIG(?!$)\w*|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

/**
 * Whether git, looking for a repository from this folder upwards, meets first one without a `.git`, as `git init --bare` makes them: any
 * clone may have such a folder in it. Git before 2.38 knows no `safe.bareRepository`.
 */
async function meetsBareRepository(folder: string): Promise<boolean> {
  for (let at = await realpath(folder).catch(() => resolve(folder)); ; at = dirname(at)) {
    const has = async (name: string): Promise<boolean> =>
      (await lstat(join(at, name)).catch(() => undefined)) !== undefined;
    if (await has('.git')) return false;
    const parts = await Promise.all(['HEAD', 'objects', 'refs'].map(has));
    // Within the .git of a working tree, git's files are its own.
    if (parts.every(Boolean) && basename(at) !== '.git') return true;
    if (dirname(at) === at) return false;
  }
}
