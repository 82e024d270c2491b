import type { KernelRelease } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
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
import { withPatience } from './with-patience.ts';

export interface ProbeOptions {
  readonly signal: AbortSignal;
  /** How long a host may take, in milliseconds. Hanging steps are ended sooner: see `end-hanging-steps.ts`. */
  readonly limitMs: number;
  /** Called when it has taken longer, and is asked a second time; `why` is a sentence's end, after the host's name. */
  readonly onAgain?: (why: string) => void;
}

export interface TargetProbeOptions extends ProbeOptions {
  /** The user that scripts run as, where it is another one than logs in: what that user's runs have left is ours, too. */
  readonly becomeUser?: string | undefined;
}

/** Asks a target, in one round trip, for all that a plan needs to know of it. One that is too slow is asked once more. */
export function probeTarget(connection: Connection, options: TargetProbeOptions): Promise<Result<HostFacts, Failure>> {
  const { signal, limitMs, becomeUser } = options;
  return askTwice(options, async () => {
    const nonce = newNonce();
    const sentAtMs = Date.now();
    const watch = endHangingSteps(connection, nonce, { signal, probeLimitMs: limitMs });
    const asked = ask(connection, becomeUser === undefined ? [nonce] : [nonce, becomeUser], targetProbeScript, {
      signal,
      limitMs,
      hear: watch.hear,
    });
    const output = await asked.finally(watch.stop);
    if (!output.ok) return output;
    const facts = parseTargetFacts(output.value, { nonce, sentAtMs, receivedAtMs: Date.now() });
    return facts.ok ? facts : err(explainSilence(facts.error));
  });
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
  /** Absolute paths of files that scripts probe. */
  readonly probedPaths: readonly string[];
}

/** Asks a build host for its tools and for the kernel trees of some releases. `onFacts` gets the output that holds the facts. */
export function probeBuildHost(
  connection: Connection,
  { releases, signingKeys, probedPaths }: BuildQuestions,
  options: ProbeOptions,
  onFacts: (said: ProbeText) => void = () => undefined,
): Promise<Result<BuildHostFacts, Failure>> {
  return askTwice(options, async () => {
    const nonce = newNonce();
    const probed = probedPaths.map(path => `probed=${path}`);
    const asked = [nonce, ...signingKeys, ...probed, ...releases] as const;
    const output = await ask(connection, asked, buildHostProbeScript, options);
    if (!output.ok) return output;
    const facts = parseBuildHostFacts(output.value, nonce, probedPaths);
    if (facts.ok) onFacts({ nonce, output: output.value });
    return facts.ok ? facts : err(explainSilence(facts.error));
  });
}

function explainSilence(cause: string): Failure {
  return { stage: 'probe', cause, cure: 'see whether `sh -c "uname -r"` runs there by ssh: its user needs a shell' };
}

const slow =
  'give it longer: --probe-timeout 2m; or see by ssh what hangs there: `sudo -n true`, `df /tmp` or the login shell';

/** A host that is busy for a moment is not given up. */
async function askTwice<Facts>(
  { limitMs, onAgain }: ProbeOptions,
  probe: () => Promise<Result<Facts, Failure | 'too-slow'>>,
): Promise<Result<Facts, Failure>> {
  for (let isAgain = false; ; isAgain = true) {
    const answer = await probe();
    if (answer.ok) return answer;
    if (answer.error !== 'too-slow') return err(answer.error);
    const cause = `did not answer within ${limitMs / 1000} s`;
    if (isAgain) return err({ stage: 'probe', cause: `the host ${cause}, and not when asked again`, cure: slow });
    onAgain?.(`${cause}, and is asked again`);
  }
}

/** `sh -s -- NONCE ARGS…` with the script on standard input. */
async function ask(
  connection: Connection,
  args: readonly [nonce: string, ...others: string[]],
  script: string,
  { signal, limitMs, hear }: Pick<CommandOptions, 'signal' | 'limitMs' | 'hear'>,
): Promise<Result<string, Failure | 'too-slow'>> {
  const ran = await runCommand(connection, ['sh', '-s', '--', ...args], {
    signal,
    limitMs,
    ...optional('hear', hear),
    maxOutputBytes: 1_000_000,
    as: 'login-user',
    stdin: withPatience(script, limitMs),
    lastLine: `${args[0]} end`,
  });
  if (!ran.ok) {
    return err(ran.error.kind === 'timed-out' ? 'too-slow' : failureAt('probe', ran.error));
  }
  const { exit, stdout, stderr, hasAnswered } = ran.value;
  if (exit.kind === 'lost' && hasAnswered === undefined) return err({ stage: 'probe', cause: exit.cause });
  // Some login shells (nologin, a menu) print on either output why they run nothing.
  return ok(stdout.trim() === '' ? stderr : stdout);
}
