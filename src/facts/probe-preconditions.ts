import { type Failure, failureAt } from '../model/outcome.ts';
import { printableLine } from '../model/printable-text.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { type CommandFailure, runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { probePreconditionsScript } from './probe-preconditions.generated.ts';

/** The preconditions of a playbook that only the target can answer. */
export interface AskedPreconditions {
  readonly packages: readonly string[];
  /** Read by the target's `sh`, as in Ansible's `shell`; each must exit 0. */
  readonly commands: readonly { readonly value: string }[];
}

export interface PreconditionAnswers {
  readonly missingPackages: readonly string[];
  /** `none`: dpkg, rpm and apk are not there, so that nobody could be asked about the packages, and all count as missing. */
  readonly packageManager?: 'none';
  readonly failedCommands: readonly { readonly command: string; readonly code: number; readonly output: string }[];
}

/** Of a command's last line, in UTF-16 units. */
const longestOutput = 500;

const none: PreconditionAnswers = { missingPackages: [], failedCommands: [] };

/** Asks a target about the playbook's own preconditions, `limitMs` for all; no round trip where there are none. */
export async function probePreconditions(
  connection: Connection,
  { packages, commands }: AskedPreconditions,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<Result<PreconditionAnswers, Failure>> {
  const asked = packages.filter(name => name !== 'systemtap-runtime');
  if (asked.length === 0 && commands.length === 0) return ok(none);
  const nonce = newNonce();
  const words = commands.map(command => command.value);
  const ran = await runCommand(
    connection,
    ['sh', '-c', probePreconditionsScript, 'tapbook-preconditions', nonce, String(asked.length), ...asked, ...words],
    { signal, limitMs, maxOutputBytes: 1_000_000, as: 'login-user' },
  );
  if (!ran.ok) return err(explain(ran.error, limitMs));
  const lines = ran.value.stdout.split('\n').filter(line => line.startsWith(`${nonce} `));
  if (!lines.includes(`${nonce} end`)) return err({ stage: 'probe', cause: 'the preconditions were not all answered' });
  // Each is answered once: by a package or command that was asked about.
  const missing = new Set<string>();
  const failed = new Map<string, PreconditionAnswers['failedCommands'][number]>();
  for (const line of lines) {
    const [, kind, index, code, ...output] = line.split(' ');
    const name = asked[Number(index)];
    const command = words[Number(index)];
    if (kind === 'package' && name !== undefined) missing.add(name);
    if (kind === 'command' && command !== undefined && !failed.has(command)) {
      const printed = printableLine(output.join(' '), longestOutput);
      failed.set(command, { command, code: Number(code), output: printed });
    }
  }
  const hasNone = lines.includes(`${nonce} no-manager`);
  const answers = { missingPackages: [...missing], failedCommands: [...failed.values()] };
  return ok({ ...answers, ...(hasNone ? { packageManager: 'none' } : {}) });
}

function explain(failure: CommandFailure, limitMs: number): Failure {
  if (failure.kind !== 'timed-out') return failureAt('probe', failure);
  const cause = `the play's preconditions were not answered within ${limitMs / 1000} s`;
  return {
    stage: 'probe',
    cause,
    cure: 'see which of its commands hangs there, or give it longer: --command-timeout 2m',
  };
}
