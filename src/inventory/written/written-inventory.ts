import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Place, SourceFile } from '../../model/source.ts';

/**
 * One source as it was written: ranges are expanded, but no name is looked up and nothing is inherited. Each format has one
 * reader that produces this; later steps do not depend on formats.
 */
export interface WrittenInventory {
  readonly source: SourceFile;
  /** In the order in which they stand there, which decides about the order of hosts and of children, as in Ansible. */
  readonly entries: readonly WrittenEntry[];
  readonly warnings: readonly Diagnostic[];
}

export type WrittenEntry = WrittenHost | WrittenGroup | WrittenChild;

/** A host in a group, or variables of one that was named before; one in three groups stands there three times. */
export interface WrittenHost {
  readonly kind: 'host';
  readonly name: HostName;
  readonly group?: GroupName;
  /** Of `name:port`; it counts only where the host is named for the first time. */
  readonly port?: number;
  readonly vars: readonly WrittenVariable[];
  readonly where: Where;
}

/** A group, and variables of it; one with several sections stands there several times. */
export interface WrittenGroup {
  readonly kind: 'group';
  readonly name: GroupName;
  /** `[db:vars]` speaks of a group that must be there already; `[db]` and YAML's `db:` make it. */
  readonly role: 'declares' | 'mentions';
  readonly vars: readonly WrittenVariable[];
  readonly where: Where;
}

/** A group in a group. */
export interface WrittenChild {
  readonly kind: 'child';
  readonly parent: GroupName;
  readonly name: GroupName;
  readonly where: Where;
}

export interface WrittenVariable {
  readonly name: string;
  readonly value: JsonValue;
  /** Of the value. */
  readonly where: Where;
  /** From an encrypted file: the value is shown only on request. */
  readonly isVaulted?: true;
}

/** A place that is computed on first use: most are never printed, and finding one can take a search. */
export type Where = () => Place;

/** Variables by name, each with where it was written. */
export type WrittenVariables = ReadonlyMap<string, WrittenVariable>;
