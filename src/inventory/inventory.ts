import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/host.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';

/** Hosts and groups, resolved. Hosts keep the order in which the inventory first names them. */
export interface Inventory {
  /** The paths it was read from, in order. */
  readonly sources: readonly SourceFile[];
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** `all` and `ungrouped` are always there. */
  readonly groups: ReadonlyMap<GroupName, Group>;
  /** This machine, for patterns that name it where `hosts` has no such host. */
  readonly localhost: Host;
  /** What is odd and yet no reason to stop: a key that is skipped, a variable that is not read. */
  readonly warnings: readonly Diagnostic[];
}

export interface Group {
  readonly name: GroupName;
  readonly children: readonly GroupName[];
  /**
   * The group's own hosts, in the order in which they are written there, then those of its children, level by level:
   * what `group[0]` counts.
   */
  readonly hosts: readonly HostName[];
  /** The group's own variables only. */
  readonly vars: Readonly<Record<string, JsonValue>>;
}

/** Where hosts are looked up: patterns are answered with hosts in inventory order. */
export type Selection = Result<readonly Host[], Diagnostic>;
