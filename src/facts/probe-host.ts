import type { KernelRelease } from '../model/ids.ts';
import { type Failure, failureAt } from '../model/outcome.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { type CommandOptions, runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { buildHostProbeScript } from './build-host-probe.generated.ts';
import { endHangingSteps } from './end-hanging-steps.ts';
import type { BuildHostFacts, HostFacts } from './host-facts.ts';
import { parseBuildHostFacts } from './parse-build-host-facts.ts';
import { parseTargetFacts } from './parse-target-facts.ts';
import { targetProbeScript } from './target-probe.generated.ts';

/** How long a host may take for its probe. Hanging steps are ended sooner: see `end-hanging-steps.ts`. */
const limitMs = 30_000;

/** Asks a target, in one round trip, for all that a plan needs to know of it. */
export async function probeTarget(
  connection: Connection,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result<HostFacts, Failure>> {
  const nonce = newNonce();
  const sentAtMs = Date.now();
  const watch = endHangingSteps(connection, nonce, signal);
  const output = await ask(connection, [nonce], targetProbeScript, { signal, hear: watch.hear }).finally(watch.stop);
  if (!output.ok) return output;
  const facts = parseTargetFacts(output.value, { nonce, sentAtMs, receivedAtMs: Date.now() });
  return facts.ok ? facts : err(explainSilence(facts.error));
}

/** A probe's output, and the nonce that marks its facts. */
export interface ProbeText {
  readonly nonce: string;
  readonly output: string;
}

/** What a build host is asked about. */
export interface BuildQuestions {
  /** The kernels whose trees are looked at. */
  readonly releases: readonly KernelRelease[];
  /** Absolute paths of keys that modules are to be signed with. */
  readonly signingKeys: readonly string[];
}

/** Asks a build host for its tools and for the kernel trees of some releases. `onFacts` gets the output that holds the facts. */
export async function probeBuildHost(
  connection: Connection,
  { releases, signingKeys }: BuildQuestions,
  { signal }: { readonly signal: AbortSignal },
  onFacts: (said: ProbeText) => void = () => undefined,
): Promise<Result<BuildHostFacts, Failure>> {
  const nonce = newNonce();
  const output = await ask(connection, [nonce, ...signingKeys, ...releases], buildHostProbeScript, { signal });
  if (!output.ok) return output;
  const facts = parseBuildHostFacts(output.value, nonce);
  if (facts.ok) onFacts({ nonce, output: output.value });
  return facts.ok ? facts : err(explainSilence(facts.error));
}

function explainSilence(cause: string): Failure {
  return { stage: 'probe', cause, cure: 'see whether `sh -c "uname -r"` runs there by ssh: its user needs a shell' };
}

const hangs = 'see by ssh what hangs there: `sudo -n true`, `df /tmp` or the login shell';

/** `sh -s -- NONCE ARGS…` with the script on standard input. */
async function ask(
  connection: Connection,
  args: readonly [nonce: string, ...others: string[]],
  script: string,
  options: Pick<CommandOptions, 'signal' | 'hear'>,
): Promise<Result<string, Failure>> {
  const ran = await runCommand(connection, ['sh', '-s', '--', ...args], {
    ...options,
    limitMs,
    maxOutputBytes: 1_000_000,
    as: 'login-user',
    stdin: script,
    lastLine: `${args[0]} end`,
  });
  if (!ran.ok) {
    const { kind, cause } = ran.error;
    if (kind === 'timed-out') return err({ stage: 'probe', cause: `the probe: ${cause}`, cure: hangs });
    return err(failureAt('probe', ran.error));
  }
  const { exit, stdout, stderr, hasAnswered } = ran.value;
  if (exit.kind === 'lost' && hasAnswered === undefined) return err({ stage: 'probe', cause: exit.cause });
  // Some login shells (nologin, a menu) print on either output why they run nothing.
  return ok(stdout.trim() === '' ? stderr : stdout);
}
