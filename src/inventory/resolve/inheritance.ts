import type { GroupName, HostName } from '../../model/ids.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import type { GroupTree } from './group-tree.ts';
import { allGroup, type MergedInventory } from './merge-inventories.ts';
import type { VarsFiles } from './vars-files.ts';

export interface Inheritance {
  /** Sorted, without `all`. */
  groupsOf(host: HostName): readonly GroupName[];
  /** What a host gets from its groups; undefined stands for one that is in no group and yet gets the variables of `all`. */
  inheritedBy(host: HostName | undefined): WrittenVariables;
}

interface Heritage {
  /** From the weakest to the strongest, without `all`. */
  readonly groups: readonly GroupName[];
  vars?: WrittenVariables;
}

interface Given {
  readonly merged: MergedInventory;
  readonly varsFiles: readonly VarsFiles[];
}

/**
 * What wins, weakest first, as in Ansible: `all`; a host's groups, parents before children; `group_vars/all`; the
 * `group_vars` of its groups in the same order; the host; its `host_vars`. Hosts in the same groups share the result.
 */
export function inheritance(given: Given, tree: GroupTree): Inheritance {
  const memberships = findMemberships(tree);
  const known = new Map<string, Heritage>();
  const heritage = (direct: readonly GroupName[]): Heritage => {
    const key = direct.join('\n');
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const above = findAncestors(direct, tree);
    const fresh: Heritage = { groups: tree.byStrength.filter(name => name !== allGroup && above.has(name)) };
    known.set(key, fresh);
    return fresh;
  };
  const sorted = new Map<readonly GroupName[], readonly GroupName[]>();
  return {
    groupsOf(host) {
      const { groups } = heritage(memberships.get(host) ?? []);
      const names = sorted.get(groups) ?? [...groups].sort();
      sorted.set(groups, names);
      return names;
    },
    inheritedBy(host) {
      const own = heritage((host === undefined ? undefined : memberships.get(host)) ?? []);
      own.vars ??= groupVariables(own.groups, given);
      return own.vars;
    },
  };
}

/** The groups in which each host stands itself. */
function findMemberships({ ownHosts }: GroupTree): ReadonlyMap<HostName, readonly GroupName[]> {
  const memberships = new Map<HostName, GroupName[]>();
  for (const [group, hosts] of ownHosts) {
    for (const host of hosts) {
      const own = memberships.get(host);
      if (own === undefined) memberships.set(host, [group]);
      else own.push(group);
    }
  }
  return memberships;
}

function findAncestors(direct: readonly GroupName[], { parents }: GroupTree): ReadonlySet<GroupName> {
  // A set is walked in the order of its growth, so that this reaches the parents of parents too.
  const above = new Set(direct);
  for (const name of above) for (const parent of parents.get(name) ?? []) above.add(parent);
  return above;
}

function groupVariables(groups: readonly GroupName[], { merged, varsFiles }: Given): WrittenVariables {
  const vars = new Map<string, WrittenVariable>(merged.groups.get(allGroup)?.vars);
  for (const name of groups) for (const [key, variable] of merged.groups.get(name)?.vars ?? []) vars.set(key, variable);
  for (const files of varsFiles) assign(vars, files.groups.get(allGroup));
  for (const files of varsFiles) for (const name of groups) assign(vars, files.groups.get(name));
  return vars;
}

function assign(vars: Map<string, WrittenVariable>, more: readonly WrittenVariable[] = []): void {
  for (const variable of more) vars.set(variable.name, variable);
}
