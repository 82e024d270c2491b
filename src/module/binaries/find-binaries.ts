import type { ProbedBinary } from '../../model/binary.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import { findBinariesScript } from './find-binaries.generated.ts';

/** `own`: stap finds the targets' very file at its path there; `kept`: it was sent there once; else `absent`. */
export type BinaryState = 'own' | 'kept' | 'absent';

export interface FindOptions {
  /** The user's own, in which stap will look. */
  readonly sysroot?: string | undefined;
  readonly signal: AbortSignal;
}

/** Asks a build host what it has of these binaries. The error is a clause. Throws only the reason of `signal`. */
export async function findBinaries(
  connection: Connection,
  binaries: readonly ProbedBinary[],
  { sysroot = '', signal }: FindOptions,
): Promise<Result<readonly BinaryState[], string>> {
  const nonce = newNonce();
  const words = binaries.flatMap(({ buildId, path, realPath = path }) => [buildId, path, realPath]);
  const argv = ['sh', '-c', findBinariesScript, 'tapbook-find-binaries', nonce, sysroot, ...words] as const;
  const asked = await runCommand(connection, argv, { signal, as: 'login-user', ...limits });
  if (!asked.ok) return err(asked.error.cause);
  const { exit, stdout } = asked.value;
  const said = stdout.split('\n').flatMap(line => splitAtNonce(line, nonce).words);
  const states = said.filter(word => word === 'own' || word === 'kept' || word === 'absent');
  if (said.includes('end') && states.length === binaries.length) return ok(states);
  return err(exit.kind === 'lost' ? exit.cause : 'it does not answer');
}

const limits = { limitMs: 60_000, maxOutputBytes: 1_000_000 };
