import { existsSync } from 'node:fs';

/** Why a program failed. */
export type ProgramFailure = {
  /** Follows the program's name: `has not ended after 30 s`. */
  readonly cause: string;
  /** The end of what it wrote to standard error, where that was kept. */
  readonly says: string;
} & (
  | {
      /**
       * `absent`: there is no such program, or its interpreter is missing; `not-executable`: we may not run it; `not-started`:
       * the system refuses for another reason; `slow`: it was ended after its limit; `too-much`: it was ended since it printed
       * more than is taken.
       */
      readonly kind: 'absent' | 'not-executable' | 'not-started' | 'slow' | 'too-much';
    }
  /** Sent by others: if we end a program, the kind is `slow` or `too-much`. */
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'failed'; readonly code: number }
);

/** The system's error for a program that did not start. */
export interface StartError {
  readonly code?: string | undefined;
  readonly message: string;
}

/** Why a program could not be started, by the system's error code. */
export function explainStart(
  program: string,
  folder: string | undefined,
  { code, message }: StartError,
): ProgramFailure {
  const says = '';
  if (code === 'ENOENT' && folder !== undefined && !existsSync(folder)) {
    return { kind: 'not-started', cause: `cannot be started: its folder ${folder} is not there`, says };
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    // The same error is given for a script whose interpreter is missing.
    const isThere = program.includes('/') && existsSync(program);
    const why = isThere ? 'its interpreter is not there (see its first line, and for \\r in it)' : 'it is not there';
    return { kind: 'absent', cause: `cannot be started: ${why}`, says };
  }
  if (code === 'EACCES') return { kind: 'not-executable', cause: 'cannot be started: permission denied', says };
  return {
    kind: 'not-started',
    cause: `cannot be started: ${message.replace(/^spawn (?:.* )?(?=E[A-Z0-9]+$)/s, '')}`,
    says,
  };
}

/** Explains how a program failed. 126 and 127 are a shell's exit codes for programs that it could not run. */
export function explainEnd(
  { exitCode, signal }: { readonly exitCode?: number | undefined; readonly signal?: string | undefined },
  says: string,
): ProgramFailure {
  if (exitCode === undefined) {
    const name = signal ?? 'a signal';
    return { kind: 'killed', signal: name, cause: `was killed by ${name}`, says };
  }
  const why =
    exitCode === 127
      ? ' (a command that it calls is not there)'
      : exitCode === 126
        ? ' (a command that it calls cannot be run)'
        : '';
  return { kind: 'failed', code: exitCode, cause: `ends with code ${exitCode}${why}`, says };
}
