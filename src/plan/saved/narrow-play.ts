import type { HostName } from '../../model/ids.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import { recountRollout } from '../rollout/plan-rollout.ts';
import { refillBatches } from '../rollout/refill-batches.ts';
import type { PlayBasis } from './saved-plan.ts';

/** A planned play with only some of its hosts, as if the others had never been selected. */
export function narrowPlay(planned: PlannedPlay, isKept: (host: HostName) => boolean): PlannedPlay {
  const hosts = planned.hosts.filter(({ name }) => isKept(name));
  const narrowed = { ...withHosts(planned, isKept), hosts };
  return { ...narrowed, rollout: recountRollout(narrowed) };
}

export function narrowBasis(basis: PlayBasis, isKept: (host: HostName) => boolean): PlayBasis {
  return { ...basis, hosts: basis.hosts.filter(({ name }) => isKept(name)) };
}

/** Narrows groups, builds and batches to the hosts that run something. */
export function withHosts(planned: PlannedPlay, runs: (host: HostName) => boolean): PlannedPlay {
  const some = <Part extends { readonly hosts: readonly HostName[] }>(parts: readonly Part[]): readonly Part[] =>
    parts.map(part => ({ ...part, hosts: part.hosts.filter(runs) })).filter(({ hosts }) => hosts.length > 0);
  return {
    ...planned,
    kernelGroups: some(planned.kernelGroups),
    builds: some(planned.builds),
    // Later hosts move up, so that each kernel still has a canary.
    batches: refillBatches(planned, new Set(planned.batches.flat().filter(name => !runs(name)))),
  };
}
