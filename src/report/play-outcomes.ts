import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { PlayTally } from './run-tally.ts';

/**
 * How each host of a play came out, in inventory order. Where no event says so, because a run was cut short or the
 * command ends with the plan, it is what the plan had decided; a host that was to run and has no outcome is absent.
 */
export function playOutcomes(play: PlayTally): Map<HostName, HostOutcome> {
  const planned = new Map(play.plan?.hosts.map(host => [host.name, host]));
  const outcomes = new Map<HostName, HostOutcome>();
  for (const host of new Set([...play.hosts, ...planned.keys(), ...play.outcomes.keys()])) {
    const outcome = play.outcomes.get(host) ?? decided(planned.get(host)) ?? probed(play, host);
    if (outcome !== undefined) outcomes.set(host, outcome);
  }
  return outcomes;
}

function decided(host: PlannedHost | undefined): HostOutcome | undefined {
  switch (host?.decision.kind) {
    case 'skip':
      return { ...host.decision, kind: 'skipped' };
    case 'fail':
      return { kind: 'failed', failure: host.decision.failures[0] };
    case 'unreachable':
      return { kind: 'unreachable', failure: host.decision.failure };
    default:
      return undefined;
  }
}

function probed(play: PlayTally, host: HostName): HostOutcome | undefined {
  const result = play.probes.get(host)?.result;
  return result === undefined || result.kind === 'ok' ? undefined : result;
}
