import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Place, SourceFile } from '../../model/source.ts';

/**
 * One source as it was written. Ranges are expanded, but no name is looked up and nothing is inherited. Each format has one
 * reader that makes this; later steps do not depend on formats.
 */
export interface WrittenInventory {
  readonly source: SourceFile;
  /** In their order in the source: as in Ansible, it decides the order of hosts and of children. */
  readonly entries: readonly WrittenEntry[];
  readonly warnings: readonly Diagnostic[];
}

export type WrittenEntry = WrittenHost | WrittenGroup | WrittenChild;

/** A host in a group, or variables of a host that was named before. A host in three groups has three entries. */
export interface WrittenHost {
  readonly kind: 'host';
  readonly name: HostName;
  readonly group?: GroupName;
  /** The port of `name:port`. It counts only where the host is named for the first time. */
  readonly port?: number;
  readonly vars: readonly WrittenVariable[];
  readonly where: Where;
}

/** A group with variables. A group with several sections has several entries. */
export interface WrittenGroup {
  readonly kind: 'group';
  readonly name: GroupName;
  /** `[db:vars]` needs a group that is declared elsewhere; `[db]` and YAML's `db:` declare it. */
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

/** Computes a place when it is needed: most places are never printed, and finding one can take a search. */
export type Where = () => Place;

/** Variables by name, each with where it was written. */
export type WrittenVariables = ReadonlyMap<string, WrittenVariable>;
