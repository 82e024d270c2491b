import type { HostName } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost, PlannedPlay, Rollout } from '../model/plan.ts';
import type { Play } from '../playbook/playbook.ts';
import { batchHosts } from './batch-hosts.ts';
import { leftOut } from './left-out.ts';
import { countAllowed, whyStop } from './why-stop.ts';

/** In which order the hosts run, how many at a time, and when that is to stop: some know beforehand that it will not begin. */
export function planRollout(play: Play, hosts: readonly PlannedHost[]): Pick<PlannedPlay, 'batches' | 'rollout'> {
  const running = hosts.filter(host => host.decision.kind === 'run');
  const canaries = play.canary === undefined ? [] : firstOfEachKernel(running);
  const others = running.map(host => host.name).filter(name => !canaries.includes(name));
  const batches = [...(canaries.length === 0 ? [] : [canaries]), ...batchHosts(others, play.serial, running.length)];
  const rollout: Rollout = {
    strategy: play.strategy,
    maxFailPercentage: play.maxFailPercentage,
    anyErrorsFatal: play.anyErrorsFatal,
    ...countAllowed(hosts, play.maxFailPercentage),
    ...optional('canary', play.canary),
    ...optional('retry', play.retry),
  };
  const stopped = batches.length === 0 ? undefined : whyStop({ batches, rollout }, known(hosts));
  return { batches, rollout: { ...rollout, ...optional('stopped', stopped) } };
}

function firstOfEachKernel(hosts: readonly PlannedHost[]): readonly HostName[] {
  const first = new Map(hosts.toReversed().map(host => [host.kernelGroup, host.name]));
  return hosts.map(host => host.name).filter(name => [...first.values()].includes(name));
}

/** What has become of the hosts by the plan alone. */
function known(hosts: readonly PlannedHost[]): ReadonlyMap<HostName, HostOutcome> {
  const outcomes = new Map<HostName, HostOutcome>();
  for (const host of hosts) {
    const outcome = leftOut(host);
    if (outcome !== undefined) outcomes.set(host.name, outcome);
  }
  return outcomes;
}
