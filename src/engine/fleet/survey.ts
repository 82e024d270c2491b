import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { BuildHostFacts, HostFacts } from '../../facts/host-facts.ts';
import { probeBecome } from '../../facts/probe-become.ts';
import { probeBinaries } from '../../facts/probe-binaries.ts';
import {
  type BuildQuestions,
  type ProbeOptions,
  type ProbeText,
  probeBuildHost,
  probeTarget,
} from '../../facts/probe-host.ts';
import { type AskedPreconditions, probePreconditions } from '../../facts/probe-preconditions.ts';
import type { Asked } from '../../model/asked.ts';
import type { EventSink, HostProbed } from '../../model/event.ts';
import { commandLimitMs, type Host, probeLimitMs } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Retry } from '../../model/plan.ts';
import { ok, type Result } from '../../model/result.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import type { TargetFindings } from '../../plan/target.ts';
import type { Connection } from '../../transport/transport.ts';
import { dialAhead } from './dial-ahead.ts';
import type { Fleet } from './fleet.ts';
import { type Patience, usualPatience } from './patience.ts';
import { type Attempt, type RetryOptions, retryHost } from './retry-host.ts';
import { shareRoom } from './share-room.ts';
import { spotSlowConnections, spotSlowProbes } from './spot-slow-connections.ts';

export interface SurveyOptions {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly forks: number;
  readonly signal: AbortSignal;
  /** The user-space files that the scripts of a host probe. Default: none. */
  readonly probedPaths?: (host: HostName) => readonly string[];
  /** How often unreachable hosts are tried again. */
  readonly retry?: Retry | undefined;
  /**
   * Called, perhaps more than once, for a host that is slow to connect or waits for a retry, and takes up no fork meanwhile; and
   * for one whose probe is slow.
   */
  readonly onLate?: (host: Host) => void;
  /** What has to settle before these hosts are asked. */
  readonly after?: ReadonlyMap<HostName, Promise<unknown>>;
  /** Default: the usual one. */
  readonly patience?: Patience | undefined;
}

/** A target after its probe. */
export type Surveyed = Asked<TargetFindings>;

/** Connects to every target and probes it once for all that the plan needs. Keeps the order of `hosts`. */
export async function surveyTargets(
  hosts: readonly Host[],
  preconditions: AskedPreconditions,
  options: SurveyOptions,
): Promise<readonly Surveyed[]> {
  return Promise.all(beginSurvey(hosts, preconditions, options));
}

/** `surveyTargets` for callers that do not wait for all hosts. */
export function beginSurvey(
  hosts: readonly Host[],
  preconditions: AskedPreconditions,
  options: SurveyOptions,
): readonly Promise<Surveyed>[] {
  return survey<TargetFindings>(hosts, 'target', options, async (connection, host) => {
    const facts = await probeTarget(connection, {
      ...probeOptions(host, options),
      becomeUser: host.connection.become?.user,
    });
    if (!facts.ok) return facts;
    const command = { signal: options.signal, limitMs: commandLimitMs(host) };
    const becomeUser = changesUser(facts.value, host) ? await probeBecome(connection, command) : undefined;
    if (becomeUser?.ok === false) return becomeUser;
    const as = becomeUser === undefined ? 'login-user' : 'become-user';
    const paths = options.probedPaths?.(host.name) ?? [];
    const [results, binaries] = await Promise.all([
      probePreconditions(connection, preconditions, command),
      probeBinaries(connection, paths, { ...command, as }),
    ]);
    if (!results.ok) return results;
    if (!binaries.ok) return binaries;
    const user = becomeUser === undefined ? {} : { becomeUser: becomeUser.value };
    return ok({
      facts: { ...facts.value, ...user },
      preconditions: results.value,
      ...(paths.length === 0 ? {} : { binaries: binaries.value }),
    });
  });
}

function probeOptions(host: Host, { signal, events }: SurveyOptions): ProbeOptions {
  return {
    signal,
    limitMs: probeLimitMs(host),
    onAgain: why => events.emit({ kind: 'notice', severity: 'warning', text: `${host.name} ${why}` }),
  };
}

/** Whether scripts run as another user than the one who logs in. */
function changesUser({ user }: HostFacts, { connection: { become } }: Host): boolean {
  return become !== undefined && !(user.uid === 0 && become.user === 'root');
}

export interface BuildHostSurveyOptions extends SurveyOptions {
  /** Keeps the answer of a build host. */
  readonly keep?: (host: Host, answer: ProbeText) => Promise<void>;
}

/** Connects to every build host and asks for its tools and for kernel trees. */
export async function surveyBuildHosts(
  hosts: readonly Host[],
  questions: BuildQuestions,
  options: BuildHostSurveyOptions,
): Promise<readonly Builder[]> {
  const asked = survey<{ readonly facts: BuildHostFacts }>(hosts, 'build-host', options, async (connection, host) => {
    let answer: ProbeText | undefined;
    const facts = await probeBuildHost(connection, questions, probeOptions(host, options), text => {
      answer = text;
    });
    if (answer !== undefined) await options.keep?.(host, answer);
    return facts.ok ? ok({ facts: facts.value }) : facts;
  });
  return Promise.all(asked);
}

type Probe<Found> = (connection: Connection, host: Host) => Promise<Result<Found, Failure>>;

function survey<Found extends { readonly facts: { readonly kernel: Kernel } }>(
  hosts: readonly Host[],
  role: HostProbed['role'],
  { fleet, events, forks, signal, retry, onLate, after, patience = usualPatience }: SurveyOptions,
  probe: Probe<Found>,
): readonly Promise<Asked<Found>>[] {
  const { atOnce, ahead } = shareRoom(fleet, hosts, forks);
  const retrying: RetryOptions = { fleet, events, retry, turns: pLimit(atOnce), signal };
  const isSlowProbe = spotSlowProbes(patience);
  const dial = dialAhead(fleet, ahead, spotSlowConnections(patience));
  return hosts.map(async host => {
    await after?.get(host.name)?.catch(() => undefined);
    const isSlow = dial(host);
    const onLater = (): void => onLate?.(host);
    let begun: number | undefined;
    return retryHost(host.name, { ...retrying, onPause: onLater }, async claimRetry => {
      signal.throwIfAborted();
      using _held = fleet.hold(host.name);
      const started = begun ?? performance.now();
      const opening = fleet.open(host);
      // A host that was found slow once is not suspended again.
      if (begun === undefined && (await isSlow(opening))) {
        begun = started;
        onLater();
        return { kind: 'suspended', until: opening };
      }
      begun = undefined;
      const probing = probeOver(host, await opening, probe, { claimRetry, fleet });
      if (await isSlowProbe(probing)) onLater();
      const attempt = await probing;
      if (attempt.kind === 'done') {
        const seconds = (performance.now() - started) / 1000;
        events.emit({ kind: 'host-probed', host: host.name, role, seconds, result: resultOf(attempt.value) });
      }
      return attempt;
    });
  });
}

async function probeOver<Found>(
  host: Host,
  connection: Result<Connection, Failure>,
  probe: Probe<Found>,
  { claimRetry, fleet }: { readonly claimRetry: (failure: Failure) => boolean; readonly fleet: Fleet },
): Promise<Extract<Attempt<Asked<Found>>, { kind: 'done' | 'again' }>> {
  if (!connection.ok) {
    const { error: failure } = connection;
    const kind = fleet.unreached(host.name)?.fault === 'here' ? 'failed' : 'unreachable';
    return claimRetry(failure) ? { kind: 'again' } : { kind: 'done', value: { kind, host, failure } };
  }
  const found = await probe(connection.value, host);
  if (found.ok) return { kind: 'done', value: { kind: 'ready', host, ...found.value } };
  const kind = (await isLost(connection.value)) ? ('unreachable' as const) : ('failed' as const);
  if (kind === 'unreachable' && claimRetry(found.error)) return { kind: 'again' };
  return { kind: 'done', value: { kind, host, failure: found.error } };
}

function resultOf(asked: Asked<{ readonly facts: { readonly kernel: Kernel } }>): HostProbed['result'] {
  return asked.kind === 'ready'
    ? { kind: 'ok', kernel: asked.facts.kernel }
    : { kind: asked.kind, failure: asked.failure };
}

/** Whether the connection is lost; its commands may learn of that a moment before `closed` does. */
async function isLost(connection: Connection): Promise<boolean> {
  const end = await Promise.race([connection.closed, nextTurn(undefined)]);
  return end?.kind === 'lost';
}
