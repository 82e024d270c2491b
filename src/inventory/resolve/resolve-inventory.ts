import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import type { Group, Inventory } from '../inventory.ts';
import type { WrittenVariable, WrittenVariables } from '../written/written-inventory.ts';
import { type ConnectionSource, createConnectionReader, type HostConnection } from './connections.ts';
import { buildGroupTree, type GroupTree } from './group-tree.ts';
import { implicitLocalhost } from './implicit-localhost.ts';
import { inheritance } from './inheritance.ts';
import type { MergedInventory } from './merge-inventories.ts';
import { publishVariables, templateVariables } from './secret-variables.ts';
import type { VarsFiles } from './vars-files.ts';

export interface Unresolved {
  readonly sources: readonly SourceFile[];
  readonly merged: MergedInventory;
  /** In the order of the sources that they lie beside; a later one wins. */
  readonly varsFiles: readonly VarsFiles[];
  readonly warnings: readonly Diagnostic[];
  readonly connections?: ConnectionSource;
  readonly playbookDirectory?: string;
  /** For copies of files: the path that variables show instead. */
  readonly standsFor?: (path: string) => string;
}

/** Gives every host its groups; what it inherits is computed on first use. */
export function resolveInventory(unresolved: Unresolved): Result<Inventory, readonly Diagnostic[]> {
  const { merged, sources, varsFiles, warnings, connections: connectionSource = {} } = unresolved;
  const tree = buildGroupTree(merged);
  if (!tree.ok) return tree;
  const { groupsOf, inheritedBy } = inheritance(unresolved, tree.value);
  const ofHost = (name: HostName): WrittenVariables =>
    withFiles(merged.hosts.get(name)?.vars, varsFiles, files => files.hosts.get(name));
  const allOfHost = (name: HostName): WrittenVariables => {
    const own = merged.hosts.get(name)?.vars;
    return withFiles(join(inheritedBy(name), own), varsFiles, files => files.hosts.get(name));
  };
  const ofGroup = (name: GroupName): WrittenVariables =>
    withFiles(merged.groups.get(name)?.vars, varsFiles, files => files.groups.get(name));

  const read = createConnectionReader(connectionSource);
  const connections = new Map<HostName, HostConnection>();
  const connect = ({ name, groups }: Host): HostConnection => {
    const known = connections.get(name);
    if (known !== undefined) return known;
    const fresh = read({ name, groups, vars: allOfHost(name), magic: magicVariables(name, unresolved) });
    connections.set(name, fresh);
    return fresh;
  };
  const hosts = new Map<HostName, Host>();
  for (const name of merged.hosts.keys()) {
    let vars: Readonly<Record<string, JsonValue>> | undefined;
    const host: Host = {
      name,
      get groups() {
        return groupsOf(name);
      },
      get vars() {
        vars ??= templateVariables(allOfHost(name));
        return vars;
      },
      get connection() {
        return connect(host).connection;
      },
    };
    hosts.set(name, host);
  }
  const local = implicitLocalhost(inheritedBy(undefined), read);
  const localhostNamed = (name: HostName): Host => local(name).host;
  return ok({
    sources,
    hosts,
    groups: publishGroups(merged, tree.value, ofGroup),
    localhost: localhostNamed('localhost' as HostName),
    localhostNamed,
    warnings,
    written: { ofGroup, ofHost, allOfHost },
    connectionProblems: host => (hosts.get(host.name) === host ? connect(host).problems : []),
    connectionPrograms: host => (hosts.get(host.name) === host ? connect(host) : local(host.name)).programs,
    ...(connectionSource.vault === undefined ? {} : { vault: connectionSource.vault }),
  });
}

/** What Ansible sets besides; hosts remember the source that names them first. */
function magicVariables(name: HostName, { merged, playbookDirectory, standsFor = resolve }: Unresolved): JsonObject {
  const file = merged.hosts.get(name)?.source;
  const isAddress = isIP(name) !== 0;
  return {
    inventory_hostname_short: isAddress ? name : (name.split('.')[0] ?? name),
    ...(file === undefined ? {} : { inventory_file: standsFor(file), inventory_dir: dirname(standsFor(file)) }),
    ...(playbookDirectory === undefined ? {} : { playbook_dir: standsFor(playbookDirectory) }),
  };
}

function join(weak: WrittenVariables, strong: WrittenVariables | undefined): WrittenVariables {
  if (strong === undefined || strong.size === 0) return weak;
  const joined = new Map(weak);
  for (const [name, variable] of strong) joined.set(name, variable);
  return joined;
}

/** What the sources say, and over it what the files of each directory say. */
function withFiles(
  vars: WrittenVariables = new Map(),
  varsFiles: readonly VarsFiles[],
  pick: (files: VarsFiles) => readonly WrittenVariable[] | undefined,
): WrittenVariables {
  let joined: Map<string, WrittenVariable> | undefined;
  for (const files of varsFiles) {
    for (const variable of pick(files) ?? []) {
      joined ??= new Map(vars);
      joined.set(variable.name, variable);
    }
  }
  return joined ?? vars;
}

function publishGroups(
  merged: MergedInventory,
  tree: GroupTree,
  ofGroup: (name: GroupName) => WrittenVariables,
): ReadonlyMap<GroupName, Group> {
  const groups = new Map<GroupName, Group>();
  for (const [name, { priority }] of merged.groups) {
    let hosts: readonly HostName[] | undefined;
    groups.set(name, {
      name,
      children: tree.children.get(name) ?? [],
      ownHosts: tree.ownHosts.get(name) ?? [],
      get hosts() {
        hosts ??= hostsBelow(name, tree);
        return hosts;
      },
      get vars() {
        return publishVariables(ofGroup(name));
      },
      priority,
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
