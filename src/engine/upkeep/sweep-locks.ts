import type { RunId } from '../../model/ids.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import { sweepLocksScript } from './sweep-locks.generated.ts';

export interface SweepOptions {
  /** Limits the sweep to the locks of this run. */
  readonly run?: RunId;
  readonly mode: 'remove' | 'only-look';
  readonly as: 'login-user' | 'become-user';
  readonly signal: AbortSignal;
  /** How long it may take. */
  readonly limitMs: number;
}

export interface SweptLocks {
  /** Paths; with `only-look`, those that would be removed. */
  readonly removed: readonly string[];
  /** Locks that nobody holds and that cannot be removed. */
  readonly stuck: readonly string[];
  /** Why locks could not be looked for. */
  readonly problem?: string;
}

/** Removes the locks of supervisors that are gone from a target. Throws only the reason of `signal`. */
export async function sweepLocks(
  connection: Connection,
  { run, mode, as, signal, limitMs }: SweepOptions,
): Promise<SweptLocks> {
  const nonce = newNonce();
  const argv = ['sh', '-c', sweepLocksScript, 'tapbook-lock-sweep', nonce, mode, run ?? ''] as const;
  const ran = await runCommand(connection, [...argv], { signal, as, limitMs, maxOutputBytes: 1_000_000 });
  if (!ran.ok) return { removed: [], stuck: [], problem: ran.error.cause };
  const { exit, stdout } = ran.value;
  if (exit.kind === 'lost') return { removed: [], stuck: [], problem: exit.cause };
  const lines = stdout.split('\n').map(line => splitAtNonce(line, nonce).words);
  const of = (word: string): readonly string[] =>
    lines.flatMap(([first, path, ...more]) =>
      first === word && path !== undefined && more.length === 0 ? [path] : [],
    );
  return { removed: of('gone'), stuck: of('stays') };
}
