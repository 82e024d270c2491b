import { runProgram } from '../../process/run-program.ts';

/** How a run of stap on this machine ended, with the beginning of its messages. */
export type StapRun =
  | { readonly kind: 'exited'; readonly code: number; readonly messages: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface StapRunOptions {
  /** Its working folder, its temporary folder and its cache. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly limitSeconds: number;
}

/** How much of its messages is kept. */
const mostBytes = 1024 * 1024;

/**
 * Runs stap on this machine to its end, in a process group with all that it starts. Throws only the reason of `signal`, once
 * stap has ended.
 */
export async function runStap(
  argv: readonly [string, ...string[]],
  { directory, signal, limitSeconds }: StapRunOptions,
): Promise<StapRun> {
  const ran = await runProgram(argv, {
    folder: directory,
    // No network, no files in the home folder, and untranslated messages.
    env: { ...process.env, LC_ALL: 'C', TMPDIR: directory, SYSTEMTAP_DIR: directory, DEBUGINFOD_URLS: '' },
    output: 'ignored',
    // What comes first says why the rest comes.
    stderr: { keep: 'beginning', mostBytes },
    group: 'own',
    ...{ signal, limitMs: limitSeconds * 1000 },
  });
  if (ran.ok) return { kind: 'exited', code: 0, messages: ran.value.says };
  const { kind, cause, says } = ran.error;
  if (kind === 'failed') return { kind: 'exited', code: ran.error.code, messages: says };
  if (kind === 'absent') return { kind: 'missing' };
  return kind === 'slow' ? { kind: 'timed-out' } : { kind: 'failed', cause: `it ${cause}` };
}
