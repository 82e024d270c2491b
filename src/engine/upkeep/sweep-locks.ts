import type { RunId } from '../../model/ids.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import { sweepLocksScript } from './sweep-locks.generated.ts';

export interface SweepOptions {
  /** Only the locks of this run. */
  readonly run?: RunId;
  readonly mode: 'remove' | 'only-look';
  readonly as: 'login-user' | 'become-user';
  readonly signal: AbortSignal;
}

export interface SweptLocks {
  /** Removed, or with `only-look` to be removed. */
  readonly gone: readonly string[];
  /** Nobody holds them, and yet they cannot be removed. */
  readonly stay: readonly string[];
  /** Why they could not be looked at; undefined where they could. */
  readonly trouble?: string;
}

/** How long it may take, in milliseconds. */
const limitMs = 30_000;

/** Removes the locks of supervisors that are gone from a target. Throws only the reason of `signal`. */
export async function sweepLocks(connection: Connection, { run, mode, as, signal }: SweepOptions): Promise<SweptLocks> {
  const nonce = newNonce();
  const argv = ['sh', '-c', sweepLocksScript, 'tapbook-lock-sweep', nonce, mode, run ?? ''] as const;
  const ran = await runCommand(connection, [...argv], { signal, as, limitMs, maxOutputBytes: 1_000_000 });
  if (!ran.ok) return { gone: [], stay: [], trouble: ran.error.cause };
  const { exit, stdout } = ran.value;
  if (exit.kind === 'lost') return { gone: [], stay: [], trouble: exit.cause };
  const said = stdout.split('\n').map(line => splitAtNonce(line, nonce).words);
  const of = (word: string): readonly string[] =>
    said.flatMap(([first, path, ...more]) => (first === word && path !== undefined && more.length === 0 ? [path] : []));
  return { gone: of('gone'), stay: of('stays') };
}
