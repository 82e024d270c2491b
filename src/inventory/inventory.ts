import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/host.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { NamedProgram } from '../model/program-trust.ts';
import type { Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import type { Vault } from './vault/vault.ts';
import type { WrittenVariables } from './written/written-inventory.ts';

/** Hosts and groups, resolved. Hosts keep the order in which the inventory first names them. */
export interface Inventory {
  /** The files it was read from, in order. */
  readonly sources: readonly SourceFile[];
  /** What a host inherits, and its connection, are computed on first use. */
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** `all` and `ungrouped` are always there. */
  readonly groups: ReadonlyMap<GroupName, Group>;
  /** This machine, for patterns that name it where `hosts` has no such host. */
  readonly localhost: Host;
  /** The same by the name that it is asked for by, such as 127.0.0.1. */
  localhostNamed(name: HostName): Host;
  /** Problems that do not prevent a run: a skipped key, an ignored file. */
  readonly warnings: readonly Diagnostic[];
  /** What comes from files that no finding may quote: values of variables, or names of hosts and groups as well. */
  readonly unquoted?: 'values' | 'all';
  readonly written: WrittenValues;
  /** Problems with a host's connection variables: they matter only if the host is connected to. */
  connectionProblems(host: Host): readonly Diagnostic[];
  /** What a host's connection variables have run on this machine, if it is connected to; the same object for all that inherit it. */
  connectionPrograms(host: Host): readonly NamedProgram[];
  /** The password of ansible-vault, where one was given: for the texts that are still encrypted in variables. */
  readonly vault?: Vault;
}

/** Variables as they were written, each with its place. Passwords are in plain text: print with care. */
export interface WrittenValues {
  /** The group's own, with those of its `group_vars`. */
  ofGroup(name: GroupName): WrittenVariables;
  /** The host's own, with those of its `host_vars`. */
  ofHost(name: HostName): WrittenVariables;
  /** With all that the host inherits. */
  allOfHost(name: HostName): WrittenVariables;
}

export interface Group {
  readonly name: GroupName;
  readonly children: readonly GroupName[];
  /** Those that stand in the group itself, in the order in which they are written there. */
  readonly ownHosts: readonly HostName[];
  /** The group's own hosts, then those of its children, level by level: what `group[0]` counts. */
  readonly hosts: readonly HostName[];
  /** The group's own variables only. */
  readonly vars: Readonly<Record<string, JsonValue>>;
  /** `ansible_group_priority`; default: 1. */
  readonly priority: number;
}

/** The result of selecting by a pattern. */
export type Selection = Result<readonly Host[], Diagnostic>;
