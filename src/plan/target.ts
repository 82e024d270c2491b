import type { HostFacts } from '../facts/host-facts.ts';
import type { Asked } from '../model/asked.ts';
import type { BinaryFacts } from '../model/binary.ts';
import type { ScriptNeeds } from '../model/script-needs.ts';
import type { BoundScript } from '../playbook/playbook.ts';
import type { ProbedFiles } from '../script/read-probed-files.ts';

/** A host of the play and the result of its probe. */
export type Target = Asked<TargetFindings & PlannedFor>;

export type ReadyTarget = Extract<Target, { kind: 'ready' }>;

/** What the probe of a target found. */
export interface TargetFindings {
  readonly facts: HostFacts;
  readonly preconditions: PreconditionResults;
  /** The user-space files that its scripts probe, as they are there: one for each path. Absent: its scripts name none. */
  readonly binaries?: readonly BinaryFacts[];
}

interface PlannedFor {
  /** Its scripts, with their templates filled in. */
  readonly scripts: readonly BoundScript[];
  /** The user-space files that each script probes, in the same order. */
  readonly probed: readonly ProbedFiles[];
  /** The needs of each script, in the same order; without scripts, one entry of unknown needs. */
  readonly needs: readonly ScriptNeeds[];
}

/** The preconditions that only the host itself can answer. */
export interface PreconditionResults {
  /** The packages of the playbook that are not installed. */
  readonly missingPackages: readonly string[];
  /** Nobody there could be asked about packages. */
  readonly packageManager?: 'none';
  /** The commands of the playbook that did not exit 0. */
  readonly failedCommands: readonly { readonly command: string; readonly code: number; readonly output: string }[];
}
