import type { Diagnostic } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Host } from '../../model/host.ts';
import type { PlannedHost } from '../../model/plan.ts';

/** The hosts from the one that is named on, in the order of selection; those before it are not even asked. */
export function startAt(
  hosts: readonly Host[],
  name: string | undefined,
): { readonly hosts: readonly Host[]; readonly leftOut: readonly PlannedHost[] } {
  // A play that does not have it is about other hosts.
  const start = Math.max(
    0,
    hosts.findIndex(host => host.name === name),
  );
  const reason = `it stands before ${name}, where --start-at begins`;
  const leftOut = hosts
    .slice(0, start)
    .map((host): PlannedHost => ({ name: host.name, groups: host.groups, decision: { kind: 'skip', reason } }));
  return { hosts: hosts.slice(start), leftOut };
}

/** For a start that no play has. */
export function noSuchStart(name: string, hosts: Iterable<Host>): Diagnostic {
  const names = [...hosts].map(host => host.name);
  const guess = didYouMean(name, names);
  const message = `no play has the host "${name}" (--start-at)`;
  return { severity: 'error', code: 'no-host-matched', message, ...(guess === undefined ? {} : { cure: guess }) };
}
