import type { HostName, KernelRelease, Machine, ModuleName } from './ids.ts';
import type { JsonValue } from './json.ts';

/** What a change of the files changes in what would be planned, as far as that is known without asking hosts. */
export interface PlanDiff {
  readonly format: 'tapbook-plan-diff/1';
  readonly from: DiffSide;
  readonly to: DiffSide;
  /** Those that differ. */
  readonly playbooks: readonly PlaybookDiff[];
  /** Hosts of the playbooks that differ whose kernel no run here has seen: what is built for them is told without a kernel. */
  readonly unknownKernels: readonly HostName[];
}

/** The working tree, or a revision. */
export type DiffSide = { readonly ref: string; readonly commit: string } | { readonly workTree: string };

export type DiffState = 'both' | 'added' | 'gone';

export interface PlaybookDiff {
  /** As it was given, or relative to the current folder. */
  readonly playbook: string;
  readonly state: DiffState;
  /** Those that differ. */
  readonly plays: readonly PlayChanges[];
}

export interface PlayChanges {
  readonly play: string;
  readonly state: DiffState;
  readonly hosts: { readonly added: readonly HostName[]; readonly gone: readonly HostName[] };
  readonly buildHosts: { readonly added: readonly HostName[]; readonly gone: readonly HostName[] };
  /** Rollout, limits, preconditions and the like, by the playbook's own words. */
  readonly settings: readonly ValueChange[];
  readonly scripts: readonly ScriptChanges[];
  readonly builds: readonly BuildChange[];
}

/** Absent: there was none, or is none. */
export interface ValueChange {
  readonly name: string;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

export interface ScriptChanges {
  readonly script: ModuleName;
  /** For some hosts; of those that only came to the play, or left it, nothing is told. */
  readonly state: DiffState;
  readonly hosts: readonly HostName[];
  /** Of the text, in lines; absent where it is the same. */
  readonly text?: { readonly added: number; readonly removed: number };
  readonly values: readonly (ValueChange & { readonly hosts: readonly HostName[] })[];
}

/** A module that was not planned before, is not any more, or is another one. */
export interface BuildChange {
  readonly script: ModuleName;
  readonly state: 'added' | 'gone' | 'changed';
  /** Absent where the kernels are not known: then there is one module for each of them. */
  readonly kernel?: { readonly release: KernelRelease; readonly machine: Machine };
  readonly hosts: readonly HostName[];
}
