import type { HostFacts } from '../facts/host-facts.ts';
import type { Asked } from '../model/asked.ts';
import type { ScriptNeeds } from '../model/script-needs.ts';
import type { BoundScript } from '../playbook/playbook.ts';

/** A host of the play and what its probe came to. */
export type Target = Asked<TargetFindings & PlannedFor>;

export type ReadyTarget = Extract<Target, { kind: 'ready' }>;

/** What the probe of a target found. */
export interface TargetFindings {
  readonly facts: HostFacts;
  readonly preconditions: PreconditionResults;
}

/** What a target is planned for. */
interface PlannedFor {
  /** The scripts that are for it, templates filled in. */
  readonly scripts: readonly BoundScript[];
  /** What each of them needs, in the same order; where nobody has named any, what is not known. */
  readonly needs: readonly ScriptNeeds[];
}

/** What the host said to the preconditions that have to be asked there. */
export interface PreconditionResults {
  /** The packages of the playbook that are not installed. */
  readonly missingPackages: readonly string[];
  /** The commands of the playbook that did not exit 0. */
  readonly failedCommands: readonly { readonly command: string; readonly code: number; readonly output: string }[];
}
