import type { Diagnostic } from '../model/diagnostic.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { Place, SourceFile } from '../model/source.ts';

/**
 * What one source says, as it was written: ranges are expanded, but no name is looked up and nothing is inherited.
 * Every format has one reader that makes this; all that follows knows nothing of formats.
 */
export interface WrittenInventory {
  readonly source: SourceFile;
  /** In the order in which they stand there; a host in three groups stands here three times. */
  readonly hosts: readonly WrittenHost[];
  /** In the order in which they stand there; a group with several sections stands here several times. */
  readonly groups: readonly WrittenGroup[];
  readonly warnings: readonly Diagnostic[];
}

export interface WrittenHost {
  readonly name: HostName;
  readonly group: GroupName;
  /** Of `name:port`; it counts only where the host is named for the first time. */
  readonly port?: number;
  readonly vars: readonly WrittenVariable[];
  readonly where: Where;
}

export interface WrittenGroup {
  readonly name: GroupName;
  /** `[db:vars]` speaks of a group that must be there already; `[db]` and YAML's `db:` make it. */
  readonly role: 'declares' | 'mentions';
  readonly children: readonly WrittenChild[];
  readonly vars: readonly WrittenVariable[];
  readonly where: Where;
}

export interface WrittenChild {
  readonly name: GroupName;
  readonly where: Where;
}

export interface WrittenVariable {
  readonly name: string;
  readonly value: JsonValue;
  /** Of the value. */
  readonly where: Where;
}

/** A place that is worked out only when someone asks: most are never printed, and finding one can cost a search. */
export type Where = () => Place;

/** Variables by name, each with where it was written. */
export type WrittenVariables = ReadonlyMap<string, WrittenVariable>;
