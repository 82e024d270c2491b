import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/host.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import { buildGroupTree, type GroupTree } from './group-tree.ts';
import { implicitLocalhost } from './implicit-localhost.ts';
import type { Group, Inventory } from './inventory.ts';
import { allGroup, type MergedInventory } from './merge-inventories.ts';
import { readConnection } from './read-connection.ts';
import { publishVariables } from './secret-variables.ts';
import type { VarsFiles } from './vars-files.ts';
import type { WrittenVariable, WrittenVariables } from './written-inventory.ts';

export interface Unresolved {
  readonly sources: readonly SourceFile[];
  readonly merged: MergedInventory;
  /** In the order of the sources that they lie beside; a later one wins. */
  readonly varsFiles: readonly VarsFiles[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Gives every host all that it inherits. What wins, weakest first, as in Ansible: `all`; its groups, parents before
 * children; `group_vars/all`; the `group_vars` of its groups in the same order; the host; its `host_vars`.
 */
export function resolveInventory(unresolved: Unresolved): Result<Inventory, readonly Diagnostic[]> {
  const { merged, sources } = unresolved;
  const tree = buildGroupTree(merged);
  if (!tree.ok) return tree;
  const memberships = findMemberships(tree.value);
  const inherit = inheritance(unresolved, tree.value);
  const findings = new Map<WrittenVariable, Diagnostic>();
  const hosts = new Map<HostName, Host>();
  for (const [name, { vars }] of merged.hosts) {
    const { groups, inherited } = inherit(memberships.get(name) ?? []);
    const own = hostVariables(name, inherited, vars, unresolved);
    const { connection, problems } = readConnection(name, own);
    for (const { variable, diagnostic } of problems) note(findings, variable, diagnostic);
    hosts.set(name, { name, groups, vars: publishVariables(own), connection });
  }
  const found = [...findings.values()];
  const warnings = [...unresolved.warnings, ...found.filter(({ severity }) => severity === 'warning')];
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return err([...warnings, ...errors]);
  const groups = publishGroups(unresolved, tree.value);
  const localhost = implicitLocalhost(inherit([]).inherited);
  return ok({ sources, hosts, groups, localhost, warnings });
}

/** One finding for one variable, however many hosts inherit it. */
function note(findings: Map<WrittenVariable, Diagnostic>, variable: WrittenVariable, diagnostic: Diagnostic): void {
  if (findings.get(variable)?.severity === 'error' || findings.get(variable)?.severity === diagnostic.severity) return;
  findings.set(variable, { ...diagnostic, place: variable.where() });
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

interface Inherited {
  /** Sorted, without `all`. */
  readonly groups: readonly GroupName[];
  readonly inherited: WrittenVariables;
}

/** Hosts in the same groups inherit the same: it is put together once. */
function inheritance(unresolved: Unresolved, tree: GroupTree): (direct: readonly GroupName[]) => Inherited {
  const known = new Map<string, Inherited>();
  return direct => {
    const key = direct.join('\n');
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const above = findAncestors(direct, tree);
    const groups = tree.byStrength.filter(name => name !== allGroup && above.has(name));
    const fresh = { groups: [...groups].sort(), inherited: groupVariables(groups, unresolved) };
    known.set(key, fresh);
    return fresh;
  };
}

function findAncestors(direct: readonly GroupName[], { parents }: GroupTree): ReadonlySet<GroupName> {
  // A set is walked in the order of its growth, so that this reaches the parents of parents too.
  const above = new Set(direct);
  for (const name of above) for (const parent of parents.get(name) ?? []) above.add(parent);
  return above;
}

function groupVariables(groups: readonly GroupName[], { merged, varsFiles }: Unresolved): WrittenVariables {
  const vars = new Map<string, WrittenVariable>(merged.groups.get(allGroup)?.vars);
  for (const name of groups) for (const [key, variable] of merged.groups.get(name)?.vars ?? []) vars.set(key, variable);
  for (const files of varsFiles) assign(vars, files.groups.get(allGroup));
  for (const files of varsFiles) for (const name of groups) assign(vars, files.groups.get(name));
  return vars;
}

function hostVariables(
  name: HostName,
  inherited: WrittenVariables,
  own: WrittenVariables,
  { varsFiles }: Unresolved,
): WrittenVariables {
  const vars = new Map(inherited);
  for (const [key, variable] of own) vars.set(key, variable);
  for (const files of varsFiles) assign(vars, files.hosts.get(name));
  return vars;
}

function assign(vars: Map<string, WrittenVariable>, more: readonly WrittenVariable[] = []): void {
  for (const variable of more) vars.set(variable.name, variable);
}

function publishGroups({ merged, varsFiles }: Unresolved, tree: GroupTree): ReadonlyMap<GroupName, Group> {
  const groups = new Map<GroupName, Group>();
  for (const [name, { vars }] of merged.groups) {
    const own = new Map(vars);
    for (const files of varsFiles) assign(own, files.groups.get(name));
    groups.set(name, {
      name,
      children: tree.children.get(name) ?? [],
      hosts: hostsBelow(name, tree),
      vars: publishVariables(own),
    });
  }
  return groups;
}

/** Level by level: a group's own hosts before those of its children. */
function hostsBelow(name: GroupName, { children, ownHosts }: GroupTree): readonly HostName[] {
  const below = new Set([name]);
  const hosts = new Set<HostName>();
  for (const group of below) {
    for (const host of ownHosts.get(group) ?? []) hosts.add(host);
    for (const child of children.get(group) ?? []) below.add(child);
  }
  return [...hosts];
}
