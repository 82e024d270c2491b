import type { Diagnostic } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Host } from '../../model/host.ts';
import type { PlannedHost } from '../../model/plan.ts';

/** Splits hosts, in the order of selection, at the named one; those before it are left out. */
export function startAt(
  hosts: readonly Host[],
  name: string | undefined,
): { readonly hosts: readonly Host[]; readonly leftOut: readonly PlannedHost[] } {
  // A play without that host keeps all its hosts.
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
