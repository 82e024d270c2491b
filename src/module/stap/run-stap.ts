import { runProgram } from '../../process/run-program.ts';

/** How a run of stap on this machine ended, and the end of what it had to say. */
export type StapRun =
  | { readonly kind: 'exited'; readonly code: number; readonly messages: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface StapRunOptions {
  /** Its working folder, its temporary folder, and where it keeps what it learns of a kernel. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly limitSeconds: number;
}

/** What is kept of its messages, in bytes: much more than a person reads. */
const mostBytes = 1024 * 1024;

/**
 * Runs stap on this machine to its end, with all that it starts: they have a process group of their own. Throws only the
 * reason of `signal`, and that once stap is gone.
 */
export async function runStap(
  argv: readonly [string, ...string[]],
  { directory, signal, limitSeconds }: StapRunOptions,
): Promise<StapRun> {
  const ran = await runProgram(argv, {
    folder: directory,
    // No network, no marks in the home folder, and texts as they are known.
    env: { ...process.env, LC_ALL: 'C', TMPDIR: directory, SYSTEMTAP_DIR: directory, DEBUGINFOD_URLS: '' },
    output: 'ignored',
    stderr: { mostBytes },
    group: 'own',
    ...{ signal, limitMs: limitSeconds * 1000 },
  });
  if (ran.ok) return { kind: 'exited', code: 0, messages: ran.value.says };
  const { kind, cause, says } = ran.error;
  if (kind === 'failed') return { kind: 'exited', code: ran.error.code, messages: says };
  if (kind === 'absent') return { kind: 'missing' };
  return kind === 'slow' ? { kind: 'timed-out' } : { kind: 'failed', cause: `it ${cause}` };
}
