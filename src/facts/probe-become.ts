import { type Failure, failureAt } from '../model/outcome.ts';
import { printableLine } from '../model/printable-text.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import type { HostFacts } from './host-facts.ts';

/** How long its `id` may take, in milliseconds, after it was become. */
const idMs = 15_000;

const script = `printf '\\n%s %s %s\\n' "$1" "$(id -u)" "$(id -un) $(id -Gn)"`;

/** Becomes the inventory's user once, so that a wrong password or a missing rule shows before anything is built. */
export async function probeBecome(
  connection: Connection,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<Result<HostFacts['user'], Failure>> {
  const nonce = newNonce();
  const ran = await runCommand(connection, ['sh', '-c', script, 'sh', nonce], {
    signal,
    limitMs: limitMs + idMs,
    maxOutputBytes: 200_000,
    as: 'become-user',
  });
  if (!ran.ok) {
    if (ran.error.kind !== 'timed-out') return err(failureAt('probe', ran.error));
    const cause = `the user to become did not say who it is within ${(limitMs + idMs) / 1000} s`;
    return err({ stage: 'probe', cause, cure: 'give it longer: --command-timeout 2m' });
  }
  // A shell's start-up files may have printed something before.
  const line = ran.value.stdout.split('\n').find(one => one.startsWith(`${nonce} `));
  const [, uid = '', name = '', ...groups] = line?.split(' ') ?? [];
  if (!/^\d{1,15}$/.test(uid)) return err({ stage: 'probe', cause: 'the user to become does not say who it is' });
  return ok({ name: printableLine(name, 200), uid: Number(uid), groups });
}
