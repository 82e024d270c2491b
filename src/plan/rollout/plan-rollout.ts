import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { failsByPlan } from '../../model/outcome.ts';
import type { PlannedHost, PlannedPlay, Rollout } from '../../model/plan.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { batchHosts } from './batch-hosts.ts';
import { countVanished, vanishedSize } from './count-vanished.ts';
import { countAllowed, findStopReason } from './find-stop-reason.ts';

/** Plans the batches and when to stop; `stopped` is set where failures of the plan already stop the play. */
export function planRollout(
  play: PlannablePlay,
  hosts: readonly PlannedHost[],
): Pick<PlannedPlay, 'batches' | 'rollout'> {
  const running = hosts.filter(host => host.decision.kind === 'run');
  const canaries = play.canary === undefined ? [] : firstOfEachKernel(running);
  const others = running.map(host => host.name).filter(name => !canaries.includes(name));
  const batches = [...(canaries.length === 0 ? [] : [canaries]), ...batchHosts(others, play.serial, running.length)];
  const counts = countAllowed(hosts, play.maxFailPercentage);
  const rollout: Rollout = {
    strategy: play.strategy,
    ...optional('onScriptFailure', play.onScriptFailure),
    maxFailPercentage: play.maxFailPercentage,
    anyErrorsFatal: play.anyErrorsFatal,
    ...counts,
    ...optional('stopAtVanished', countVanished(play.stopAtVanished, counts)),
    ...optional('canary', play.canary),
    ...optional('retry', play.retry),
  };
  return { batches, rollout: recountRollout({ batches, rollout, hosts }) };
}

/** Recounts a rollout after hosts or decisions have changed. */
export function recountRollout({
  batches,
  rollout: { stopped: _, stopAtVanished, ...rest },
  hosts,
}: Pick<PlannedPlay, 'batches' | 'rollout' | 'hosts'>): Rollout {
  const counts = countAllowed(hosts, rest.maxFailPercentage);
  const size = stopAtVanished === undefined ? undefined : vanishedSize(stopAtVanished);
  const rollout = { ...rest, ...counts, ...optional('stopAtVanished', countVanished(size, counts)) };
  const stopped = batches.length === 0 ? undefined : findStopReason({ batches, rollout }, failedOf(hosts));
  return { ...rollout, ...optional('stopped', stopped) };
}

/** For plays with canaries: moves the first host of each kernel that has no canary yet into the first batch. */
export function addCanaries({
  batches,
  rollout,
  hosts,
}: Pick<PlannedPlay, 'batches' | 'rollout' | 'hosts'>): PlannedPlay['batches'] {
  const [first, ...others] = batches;
  if (rollout.canary === undefined || first === undefined) return batches;
  const kernelOf = new Map(hosts.map(host => [host.name, host.kernelGroup]));
  const tried = new Set(first.map(name => kernelOf.get(name)));
  const added = others.flat().filter(name => {
    const isNew = !tried.has(kernelOf.get(name));
    tried.add(kernelOf.get(name));
    return isNew;
  });
  const left = others.map(batch => batch.filter(name => !added.includes(name)));
  return [[...first, ...added], ...left.filter(batch => batch.length > 0)];
}

function firstOfEachKernel(hosts: readonly PlannedHost[]): readonly HostName[] {
  const first = new Map(hosts.toReversed().map(host => [host.kernelGroup, host.name]));
  return hosts.map(host => host.name).filter(name => [...first.values()].includes(name));
}

/** The hosts that fail in the plan. */
function failedOf(hosts: readonly PlannedHost[]): ReadonlySet<HostName> {
  return new Set(hosts.filter(({ decision }) => failsByPlan(decision)).map(host => host.name));
}
