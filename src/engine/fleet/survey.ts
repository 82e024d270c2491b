import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { BuildHostFacts, HostFacts } from '../../facts/host-facts.ts';
import { probeBecome } from '../../facts/probe-become.ts';
import { type BuildQuestions, type ProbeText, probeBuildHost, probeTarget } from '../../facts/probe-host.ts';
import { type AskedPreconditions, probePreconditions } from '../../facts/probe-preconditions.ts';
import type { Asked } from '../../model/asked.ts';
import type { EventSink, HostProbed } from '../../model/event.ts';
import type { Host } from '../../model/host.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Retry } from '../../model/plan.ts';
import { ok, type Result } from '../../model/result.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import type { TargetFindings } from '../../plan/target.ts';
import type { Connection } from '../../transport/transport.ts';
import { OutOfTurn, retryHost, type TryOptions, tryAgain } from '../rollout/retry-host.ts';
import { dialAhead } from './dial-ahead.ts';
import type { Fleet } from './fleet.ts';
import { spotSlowConnections } from './spot-slow-connections.ts';

export interface SurveyOptions {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly forks: number;
  readonly signal: AbortSignal;
  /** For who is unreachable. */
  readonly retry?: Retry | undefined;
  /**
   * Called of a host that need not be waited for: it takes long to connect, or waits to be tried again. It keeps no other
   * one from its turn. May be called of it more than once.
   */
  readonly onLate?: (host: Host) => void;
}

/** A target after its probe. */
export type Surveyed = Asked<TargetFindings>;

/** Connects to every target and asks it once for all that the plan needs. Keeps the order of `hosts`. */
export async function surveyTargets(
  hosts: readonly Host[],
  preconditions: AskedPreconditions,
  options: SurveyOptions,
): Promise<readonly Surveyed[]> {
  return Promise.all(beginSurvey(hosts, preconditions, options));
}

/** The same, for who does not wait for all of them. */
export function beginSurvey(
  hosts: readonly Host[],
  preconditions: AskedPreconditions,
  options: SurveyOptions,
): readonly Promise<Surveyed>[] {
  return survey<TargetFindings>(hosts, 'target', options, async (connection, host) => {
    const facts = await probeTarget(connection, options);
    if (!facts.ok) return facts;
    const becomeUser = isSomebodyElse(facts.value, host) ? await probeBecome(connection, options) : undefined;
    if (becomeUser?.ok === false) return becomeUser;
    const results = await probePreconditions(connection, preconditions, options);
    if (!results.ok) return results;
    const user = becomeUser === undefined ? {} : { becomeUser: becomeUser.value };
    return ok({ facts: { ...facts.value, ...user }, preconditions: results.value });
  });
}

/** Root needs nothing to be root. */
function isSomebodyElse({ user }: HostFacts, { connection: { become } }: Host): boolean {
  return become !== undefined && !(user.uid === 0 && become.user === 'root');
}

export interface BuildHostSurveyOptions extends SurveyOptions {
  /** Keeps what a build host has said. */
  readonly keep?: (host: Host, said: ProbeText) => Promise<void>;
}

/** Connects to every build host and asks for its tools and for kernel trees. */
export async function surveyBuildHosts(
  hosts: readonly Host[],
  questions: BuildQuestions,
  options: BuildHostSurveyOptions,
): Promise<readonly Builder[]> {
  const asked = survey<{ readonly facts: BuildHostFacts }>(hosts, 'build-host', options, async (connection, host) => {
    let said: ProbeText | undefined;
    const facts = await probeBuildHost(connection, questions, options, text => {
      said = text;
    });
    if (said !== undefined) await options.keep?.(host, said);
    return facts.ok ? ok({ facts: facts.value }) : facts;
  });
  return Promise.all(asked);
}

function survey<Found extends { readonly facts: { readonly kernel: Kernel } }>(
  hosts: readonly Host[],
  role: 'target' | 'build-host',
  { fleet, events, forks, signal, retry, onLate }: SurveyOptions,
  probe: (connection: Connection, host: Host) => Promise<Result<Found, Failure>>,
): readonly Promise<Asked<Found>>[] {
  const trying: TryOptions = { fleet, events, retry, turns: pLimit(forks), signal };
  const dial = dialAhead(fleet, forks, spotSlowConnections());
  return hosts.map(host => {
    const isSlow = dial(host);
    let begun: number | undefined;
    const onPause = (): void => onLate?.(host);
    return retryHost(host.name, { ...trying, onPause }, async mayTryAgain => {
      signal.throwIfAborted();
      const isBack = begun !== undefined;
      const started = begun ?? performance.now();
      const finish = (result: HostProbed['result']): void =>
        events.emit({
          kind: 'host-probed',
          host: host.name,
          role,
          seconds: (performance.now() - started) / 1000,
          result,
        });
      const opening = fleet.open(host);
      if (!isBack && (await isSlow(opening))) {
        begun = started;
        onLate?.(host);
        return new OutOfTurn(opening);
      }
      begun = undefined;
      const connection = await opening;
      if (!connection.ok) {
        if (mayTryAgain(connection.error)) return tryAgain;
        finish({ kind: 'unreachable', failure: connection.error });
        return { kind: 'unreachable' as const, host, failure: connection.error };
      }
      const found = await probe(connection.value, host);
      if (!found.ok) {
        const kind = (await isLost(connection.value)) ? ('unreachable' as const) : ('failed' as const);
        if (kind === 'unreachable' && mayTryAgain(found.error)) return tryAgain;
        finish({ kind, failure: found.error });
        return { kind, host, failure: found.error };
      }
      finish({ kind: 'ok', kernel: found.value.facts.kernel });
      return { kind: 'ready' as const, host, ...found.value };
    });
  });
}

/** Whether the connection is gone, which its commands may hear of before it does. */
async function isLost(connection: Connection): Promise<boolean> {
  const end = await Promise.race([connection.closed, nextTurn(undefined)]);
  return end?.kind === 'lost';
}
