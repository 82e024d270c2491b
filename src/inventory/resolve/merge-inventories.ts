import type { Diagnostic } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { scalarText } from '../../model/python-scalars.ts';
import type {
  Where,
  WrittenChild,
  WrittenGroup,
  WrittenHost,
  WrittenInventory,
  WrittenVariable,
} from '../written/written-inventory.ts';

/** All sources as one: every name once, variables of the same owner joined, the later one winning. */
export interface MergedInventory {
  /** In the order in which they are first named. */
  readonly hosts: ReadonlyMap<HostName, MergedHost>;
  /** `all` and `ungrouped` come first. */
  readonly groups: ReadonlyMap<GroupName, MergedGroup>;
}

export interface MergedHost {
  readonly name: HostName;
  /** The path of the source that names it first. */
  readonly source: string;
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

/**
 * Joins what the sources say, in their order. A child is linked as soon as its group is there, which decides about the
 * order of children; a group that is spoken of and nowhere declared is an error.
 */
export function mergeInventories(sources: readonly WrittenInventory[]): {
  readonly merged: MergedInventory;
  readonly errors: readonly Diagnostic[];
} {
  const draft: Draft = { hosts: new Map(), groups: new Map(), declared: new Set(), unknown: new Map(), errors: [] };
  for (const name of [allGroup, ungroupedGroup]) {
    draft.declared.add(name);
    groupIn(draft, name);
  }
  for (const { source, entries } of sources) {
    for (const entry of entries) {
      if (entry.kind === 'host') addHost(entry, source.path, draft);
      else if (entry.kind === 'group') addGroup(entry, draft);
      else addChild(entry, draft);
    }
  }
  for (const [name, mentions] of draft.unknown) draft.errors.push(explainUnknown(name, mentions, draft.declared));
  return { merged: { hosts: draft.hosts, groups: draft.groups }, errors: draft.errors };
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

/** Entries that refer to a group before it is declared. */
interface Mentions {
  readonly children: WrittenChild[];
  readonly owners: WrittenGroup[];
}

interface Draft {
  readonly hosts: Map<HostName, DraftHost>;
  readonly groups: Map<GroupName, DraftGroup>;
  readonly declared: Set<GroupName>;
  readonly unknown: Map<GroupName, Mentions>;
  readonly errors: Diagnostic[];
}

function addGroup(entry: WrittenGroup, draft: Draft): void {
  const { name, role, vars } = entry;
  const group = groupIn(draft, name);
  if (role === 'declares') {
    draft.declared.add(name);
    for (const child of draft.unknown.get(name)?.children ?? []) link(child, draft);
    draft.unknown.delete(name);
  } else if (!draft.declared.has(name)) mentionsIn(draft, name).owners.push(entry);
  for (const variable of vars) setGroupVariable(group, variable, draft);
}

function addChild(entry: WrittenChild, draft: Draft): void {
  // Variables of a group that is not declared yet are enough here, as in Ansible.
  if (draft.groups.has(entry.name)) link(entry, draft);
  else mentionsIn(draft, entry.name).children.push(entry);
}

function link({ parent, name, where }: WrittenChild, draft: Draft): void {
  const { children } = groupIn(draft, parent);
  if (!children.has(name)) children.set(name, where);
}

function mentionsIn({ unknown }: Draft, name: GroupName): Mentions {
  const mentions = unknown.get(name) ?? { children: [], owners: [] };
  unknown.set(name, mentions);
  return mentions;
}

function setGroupVariable(group: DraftGroup, variable: WrittenVariable, draft: Draft): void {
  if (variable.name === 'ansible_group_priority') setPriority(group, variable, draft);
  else group.vars.set(variable.name, variable);
}

function setPriority(group: DraftGroup, variable: WrittenVariable, draft: Draft): void {
  const value = scalarText(variable.value) ?? variable.value;
  const priority = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof priority === 'number' && Number.isInteger(priority)) group.priority = priority;
  else {
    const message = 'ansible_group_priority is no whole number';
    draft.errors.push({ severity: 'error', code: 'invalid-variable', message, place: variable.where() });
  }
}

function addHost({ name, group, port, vars, where }: WrittenHost, source: string, draft: Draft): void {
  let host = draft.hosts.get(name);
  if (host === undefined) {
    host = { name, source, vars: new Map() };
    if (port !== undefined) host.vars.set('ansible_port', { name: 'ansible_port', value: port, where });
    draft.hosts.set(name, host);
  }
  if (group !== undefined) groupIn(draft, group).hosts.add(name);
  if (vars.length === 0) return;
  // Ansible looks for a group first: with one of the same name, what is written behind the host is the group's.
  const namesake = draft.groups.get(name as string as GroupName);
  for (const variable of vars) {
    if (namesake === undefined) host.vars.set(variable.name, variable);
    else setGroupVariable(namesake, variable, draft);
  }
}

function groupIn({ groups }: Draft, name: GroupName): DraftGroup {
  let group = groups.get(name);
  if (group === undefined) {
    group = { name, hosts: new Set(), children: new Map(), vars: new Map(), priority: 1 };
    groups.set(name, group);
  }
  return group;
}

function explainUnknown(name: GroupName, { children, owners }: Mentions, declared: ReadonlySet<GroupName>): Diagnostic {
  const cure = didYouMean(name, declared) ?? `declare it with a section [${name}]`;
  const [child] = children;
  const message =
    child === undefined ? `variables are given to "${name}", which is no group` : `the child "${name}" is no group`;
  const place = (child ?? owners[0])?.where();
  return { severity: 'error', code: 'unknown-group', message, cure, ...(place === undefined ? {} : { place }) };
}
