import { realpath } from 'node:fs/promises';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { LockHolder } from '../../history/locks/lock-file.ts';
import { type HeldLock, type LockTrouble, takeRunLocks } from '../../history/locks/run-locks.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import type { Refusal } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { formatTime } from '../../report/layout/format-time.ts';
import type { RunOptions } from '../arguments/options/apply-options.ts';
import { ownConsole } from '../own-console.ts';
import { lockDirectory } from '../paths.ts';

/**
 * Locks each module of the selected plays together with the inventory, until it is disposed of. So two applies cannot load
 * the same module on the same hosts at a time. Throws only the reason of `signal`.
 */
export async function lockRun(
  { playbook, modules, sources }: Pick<PlaySource, 'playbook' | 'modules' | 'sources'>,
  run: RunId,
  { lockWait = 0, quiet }: Pick<RunOptions, 'lockWait' | 'quiet'>,
  signal: AbortSignal,
): Promise<Result<AsyncDisposable, Refusal>> {
  const real = await Promise.all(sources.map(source => realpath(source).catch(() => source)));
  const locks = await takeRunLocks(
    modules.map(module => ({ sources: real, module })),
    {
      directory: lockDirectory(),
      run,
      playbook,
      waitSeconds: lockWait,
      signal,
      onWait: held => {
        if (!quiet) ownConsole.tell(`waiting: ${describeHolder(held.holder)}`);
      },
    },
  );
  if (locks.ok) return ok(locks.value);
  return err({ kind: locks.error.kind === 'held' ? 'locked' : 'invalid-input', diagnostics: [explain(locks.error)] });
}

function explain(trouble: LockTrouble): Diagnostic {
  if (trouble.kind === 'unusable') {
    const cure = 'set XDG_STATE_HOME to a folder of your own that can be written to';
    return { severity: 'error', code: 'no-lock', message: trouble.cause, cure };
  }
  const { holder } = trouble;
  const message = `${describeHolder(holder)}; it has ${printableText(holder.module)} of this inventory`;
  return { severity: 'error', code: 'locked', message, cure: cureFor(trouble) };
}

function cureFor({ holder, seen }: HeldLock): string {
  const wait = 'wait for it with --lock-wait 10m';
  return seen === 'alive'
    ? `${wait}, or stop it in order with: kill ${holder.pid}`
    : `${wait}, or stop it on the machine or in the container that it runs in`;
}

function describeHolder({ run, pid, since, playbook }: LockHolder): string {
  const from = formatTime(since);
  return printableText(`run ${run} (pid ${pid}) applies ${playbook} since ${from}`);
}
