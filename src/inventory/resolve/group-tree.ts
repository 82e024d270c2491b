import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Where } from '../written/written-inventory.ts';
import { allGroup, type MergedGroup, type MergedInventory, ungroupedGroup } from './merge-inventories.ts';

/** The groups as a graph without cycles, below `all`. */
export interface GroupTree {
  /** From the weakest to the strongest as to variables: by depth, then priority, then name. `all` comes first. */
  readonly byStrength: readonly GroupName[];
  /** Direct children, in the order of the sources. */
  readonly children: ReadonlyMap<GroupName, readonly GroupName[]>;
  readonly parents: ReadonlyMap<GroupName, readonly GroupName[]>;
  /** Those that stand in the group itself. A host is in `ungrouped` exactly if it is in no group besides `all`. */
  readonly ownHosts: ReadonlyMap<GroupName, readonly HostName[]>;
}

/** Hangs every group without a parent below `all`, and every host without a group into `ungrouped`. */
export function buildGroupTree(merged: MergedInventory): Result<GroupTree, readonly Diagnostic[]> {
  const { groups } = merged;
  const children = new Map<GroupName, GroupName[]>([...groups.keys()].map(name => [name, []]));
  const parents = new Map<GroupName, GroupName[]>([...groups.keys()].map(name => [name, []]));
  const link = (parent: GroupName, child: GroupName) => {
    children.get(parent)?.push(child);
    parents.get(child)?.push(parent);
  };
  link(allGroup, ungroupedGroup);
  for (const [name, group] of groups) {
    for (const [child, where] of group.children) {
      if (child === allGroup) return err([cycle(name === allGroup ? [name] : [name, allGroup], where)]);
      if (name !== allGroup || child !== ungroupedGroup) link(name, child);
    }
  }
  for (const name of groups.keys()) {
    if (name !== allGroup && parents.get(name)?.length === 0) link(allGroup, name);
  }
  const depths = measureDepths(children, parents);
  if (depths.size < groups.size) return err([findCycle(groups, parents, depths)]);
  const byStrength = [...groups.values()]
    .sort((left, right) => compareStrength(left, right, depths))
    .map(group => group.name);
  return ok({ byStrength, children, parents, ownHosts: placeHosts(merged) });
}

type Graph = ReadonlyMap<GroupName, readonly GroupName[]>;

/** The longest way from `all` to each group; groups on or below a cycle get none. */
function measureDepths(children: Graph, parents: Graph): ReadonlyMap<GroupName, number> {
  const waitsFor = new Map([...parents].map(([name, own]) => [name, own.length]));
  const depths = new Map<GroupName, number>();
  const ready: { readonly name: GroupName; readonly depth: number }[] = [{ name: allGroup, depth: 0 }];
  const longest = new Map<GroupName, number>();
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const { name, depth } = next;
    depths.set(name, depth);
    for (const child of children.get(name) ?? []) {
      const below = Math.max(longest.get(child) ?? 0, depth + 1);
      longest.set(child, below);
      const left = (waitsFor.get(child) ?? 0) - 1;
      waitsFor.set(child, left);
      if (left === 0) ready.push({ name: child, depth: below });
    }
  }
  return depths;
}

function compareStrength(left: MergedGroup, right: MergedGroup, depths: ReadonlyMap<GroupName, number>): number {
  const byDepth = (depths.get(left.name) ?? 0) - (depths.get(right.name) ?? 0);
  return byDepth || left.priority - right.priority || (left.name < right.name ? -1 : 1);
}

/** Each group without a depth has a parent without one, so that going up must come back to where it was. */
function findCycle(
  groups: ReadonlyMap<GroupName, MergedGroup>,
  parents: Graph,
  depths: ReadonlyMap<GroupName, number>,
): Diagnostic {
  const path = new Set<GroupName>();
  let at = [...groups.keys()].find(name => !depths.has(name));
  while (at !== undefined && !path.has(at)) {
    path.add(at);
    at = parents.get(at)?.find(parent => !depths.has(parent));
  }
  const upwards = [...path];
  const names = upwards.slice(at === undefined ? 0 : upwards.indexOf(at)).reverse();
  const [first = allGroup] = names;
  return cycle(names, groups.get(names.at(-1) ?? first)?.children.get(first));
}

function cycle(names: readonly GroupName[], where: Where | undefined): Diagnostic {
  const message =
    names.length === 1
      ? `the group "${names[0]}" is its own child`
      : `groups contain each other in a circle: ${[...names, names[0]].join(' > ')}`;
  const place = where?.();
  const cure = 'take one of them out';
  return { severity: 'error', code: 'group-cycle', message, cure, ...(place === undefined ? {} : { place }) };
}

function placeHosts({ hosts, groups }: MergedInventory): ReadonlyMap<GroupName, readonly HostName[]> {
  const grouped = new Set<HostName>();
  for (const [name, group] of groups) {
    if (name === allGroup || name === ungroupedGroup) continue;
    for (const host of group.hosts) grouped.add(host);
  }
  const placed = new Map<GroupName, readonly HostName[]>();
  for (const [name, group] of groups) placed.set(name, [...group.hosts]);
  const ungrouped = groups.get(ungroupedGroup)?.hosts ?? new Set<HostName>();
  const rest = [...hosts.keys()].filter(host => !grouped.has(host) && !ungrouped.has(host));
  placed.set(ungroupedGroup, [...[...ungrouped].filter(host => !grouped.has(host)), ...rest]);
  return placed;
}
