import type { HostName } from '../model/ids.ts';
import type { PlannedPlay } from '../model/plan.ts';
import type { PlayBasis } from './saved-plan.ts';

/** A planned play with only some of its hosts, as if the others had never been selected. */
export function narrowPlay(planned: PlannedPlay, isKept: (host: HostName) => boolean): PlannedPlay {
  return { ...withHosts(planned, isKept), hosts: planned.hosts.filter(({ name }) => isKept(name)) };
}

export function narrowBasis(basis: PlayBasis, isKept: (host: HostName) => boolean): PlayBasis {
  return { ...basis, hosts: basis.hosts.filter(({ name }) => isKept(name)) };
}

/** The groups, builds and batches that are left where only these hosts run something. */
export function withHosts(planned: PlannedPlay, runs: (host: HostName) => boolean): PlannedPlay {
  const some = <Part extends { readonly hosts: readonly HostName[] }>(parts: readonly Part[]): readonly Part[] =>
    parts.map(part => ({ ...part, hosts: part.hosts.filter(runs) })).filter(({ hosts }) => hosts.length > 0);
  return {
    ...planned,
    kernelGroups: some(planned.kernelGroups),
    builds: some(planned.builds),
    batches: planned.batches.map(batch => batch.filter(runs)).filter(batch => batch.length > 0),
  };
}
