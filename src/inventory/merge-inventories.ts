import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Where, WrittenGroup, WrittenHost, WrittenInventory, WrittenVariable } from './written-inventory.ts';

/** All sources as one: every name once, variables of the same owner joined, the later one winning. */
export interface MergedInventory {
  /** In the order in which they are first named. */
  readonly hosts: ReadonlyMap<HostName, MergedHost>;
  /** `all` and `ungrouped` come first. */
  readonly groups: ReadonlyMap<GroupName, MergedGroup>;
}

export interface MergedHost {
  readonly name: HostName;
  readonly vars: ReadonlyMap<string, WrittenVariable>;
}

export interface MergedGroup {
  readonly name: GroupName;
  /** Those that stand in the group itself, in the order of the sources. */
  readonly hosts: ReadonlySet<HostName>;
  readonly children: ReadonlyMap<GroupName, Where>;
  readonly vars: ReadonlyMap<string, WrittenVariable>;
  /** `ansible_group_priority`: among groups of the same depth the higher one wins. Ansible's default is 1. */
  readonly priority: number;
}

export const allGroup = 'all' as GroupName;
export const ungroupedGroup = 'ungrouped' as GroupName;

/** Joins what the sources say, in their order. A group that is spoken of and nowhere declared is an error. */
export function mergeInventories(sources: readonly WrittenInventory[]): Result<MergedInventory, readonly Diagnostic[]> {
  const draft: Draft = { hosts: new Map(), groups: new Map(), declared: new Set(), mentions: [], errors: [] };
  for (const name of [allGroup, ungroupedGroup]) {
    draft.declared.add(name);
    groupIn(draft, name);
  }
  for (const source of sources) {
    for (const group of source.groups) addGroup(group, draft);
    for (const host of source.hosts) addHost(host, draft);
  }
  // Only now, since a group may be declared below the lines that speak of it.
  const unknown = new Map(draft.mentions.map(mention => [mention.name, mention]));
  for (const name of draft.declared) unknown.delete(name);
  for (const mention of unknown.values()) draft.errors.push(explainUnknown(mention, draft.declared));
  return draft.errors.length > 0 ? err(draft.errors) : ok({ hosts: draft.hosts, groups: draft.groups });
}

interface DraftHost extends MergedHost {
  readonly vars: Map<string, WrittenVariable>;
}

interface DraftGroup extends MergedGroup {
  readonly hosts: Set<HostName>;
  readonly children: Map<GroupName, Where>;
  readonly vars: Map<string, WrittenVariable>;
  priority: number;
}

interface Mention {
  readonly name: GroupName;
  readonly as: 'child' | 'owner of variables';
  readonly where: Where;
}

interface Draft {
  readonly hosts: Map<HostName, DraftHost>;
  readonly groups: Map<GroupName, DraftGroup>;
  readonly declared: Set<GroupName>;
  readonly mentions: Mention[];
  readonly errors: Diagnostic[];
}

function addGroup({ name, role, children, vars, where }: WrittenGroup, draft: Draft): void {
  if (role === 'declares') draft.declared.add(name);
  else draft.mentions.push({ name, as: 'owner of variables', where });
  const group = groupIn(draft, name);
  for (const child of children) {
    draft.mentions.push({ ...child, as: 'child' });
    if (!group.children.has(child.name)) group.children.set(child.name, child.where);
  }
  for (const variable of vars) {
    if (variable.name === 'ansible_group_priority') setPriority(group, variable, draft);
    else group.vars.set(variable.name, variable);
  }
}

function setPriority(group: DraftGroup, { value, where }: WrittenVariable, draft: Draft): void {
  const priority = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof priority === 'number' && Number.isInteger(priority)) group.priority = priority;
  else {
    const message = 'ansible_group_priority is no whole number';
    draft.errors.push({ severity: 'error', code: 'invalid-variable', message, place: where() });
  }
}

function addHost({ name, group, port, vars, where }: WrittenHost, draft: Draft): void {
  let host = draft.hosts.get(name);
  if (host === undefined) {
    host = { name, vars: new Map() };
    if (port !== undefined) host.vars.set('ansible_port', { name: 'ansible_port', value: port, where });
    draft.hosts.set(name, host);
  }
  for (const variable of vars) host.vars.set(variable.name, variable);
  groupIn(draft, group).hosts.add(name);
}

function groupIn({ groups }: Draft, name: GroupName): DraftGroup {
  let group = groups.get(name);
  if (group === undefined) {
    group = { name, hosts: new Set(), children: new Map(), vars: new Map(), priority: 1 };
    groups.set(name, group);
  }
  return group;
}

function explainUnknown({ name, as, where }: Mention, declared: ReadonlySet<GroupName>): Diagnostic {
  const cure = didYouMean(name, declared) ?? `declare it with a section [${name}]`;
  const message =
    as === 'child' ? `the child "${name}" is no group` : `variables are given to "${name}", which is no group`;
  return { severity: 'error', code: 'unknown-group', message, cure, place: where() };
}
