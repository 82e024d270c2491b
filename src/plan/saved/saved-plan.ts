import type { ProbedBinary } from '../../model/binary.ts';
import type { Signing } from '../../model/build-options.ts';
import type { OnDrift } from '../../model/drift.ts';
import type { ConnectionIdentity } from '../../model/host.ts';
import type { ArtifactKey, HostName, KernelRelease, Machine, ModuleName, Sha256 } from '../../model/ids.ts';
import type { BuildId, PlanDocument } from '../../model/plan.ts';
import type { SourceFile } from '../../model/source.ts';
import type {
  PlannableKernel,
  PlannablePreconditions,
  PlannableScript,
  RunLength,
  StapOptions,
} from '../../playbook/playbook.ts';

/** The format of saved plans. Raised when an older tapbook would misread a new plan. */
export const savedPlanFormat = 'tapbook-saved-plan/1';

/** What `tapbook plan --out FILE` writes: a plan and its basis, as in `schemas/saved-plan.schema.json`. */
export interface SavedPlan {
  readonly format: typeof savedPlanFormat;
  readonly made: {
    /** ISO 8601 in UTC. */
    readonly at: string;
    /** tapbook's version. */
    readonly by: string;
  };
  /** As `plan --format json` prints it. */
  readonly plan: PlanDocument;
  readonly playbook: { readonly sha256: Sha256 };
  readonly inventory: {
    /** As they were given with -i. */
    readonly sources: readonly string[];
    /** Of the names and connections of all hosts and build hosts. */
    readonly sha256: Sha256;
    /** Connection variables of `-e`; never a password. */
    readonly connectionVars: Readonly<Record<string, string | number | boolean>>;
  };
  /** One for each play of the plan, in the same order. */
  readonly basis: readonly PlayBasis[];
}

/** A plan with its own digest. */
export interface SealedPlan extends SavedPlan {
  readonly sha256: Sha256;
}

export interface PlayBasis {
  readonly onDrift: OnDrift;
  /** One for each host of the play that was probed or unreachable, in the play's order. */
  readonly hosts: readonly HostBasis[];
  readonly buildHosts: readonly BuildHostBasis[];
  /** Those of them that the play's own pattern names. */
  readonly playBuilders: readonly HostName[];
  /** In the order of the playbook. */
  readonly kernels: readonly SavedKernelRule[];
  readonly sign?: Signing;
  readonly preconditions: Omit<PlannablePreconditions, 'commands'> & { readonly commands: readonly string[] };
  readonly scripts: readonly SavedScript[];
  /** The digests of each build's parts, in the order of the play's builds. */
  readonly builds: readonly BuildDigests[];
}

export interface HostBasis {
  readonly name: HostName;
  readonly connection: ConnectionIdentity;
  /** Absent where it could not be asked. */
  readonly facts?: DecisiveFacts;
}

/** The facts of a target that decide what is built for it. */
export interface DecisiveFacts {
  readonly release: KernelRelease;
  readonly machine: Machine;
  /** `uname -v`. */
  readonly version: string;
  readonly bootId?: string;
  /** The version of its SystemTap runtime. */
  readonly runtime?: string;
  /** The files for which its scripts have breakpoints, sorted by path. Absent: there are none. */
  readonly binaries?: readonly ProbedBinary[];
}

export interface BuildHostBasis {
  readonly name: HostName;
  readonly connection: ConnectionIdentity;
  /** Absent where it could not be asked. */
  readonly facts?: BuildHostIdentity;
}

/** The facts of a build host that decide a module's bytes. */
export interface BuildHostIdentity {
  readonly stap?: string;
  /** Digest of its user's ~/.systemtap/rc. */
  readonly rc?: string;
  readonly compiler?: string;
  readonly crossCompilers?: readonly { readonly name: string; readonly identity: string }[];
  readonly trees: readonly TreeIdentity[];
}

export interface TreeIdentity {
  readonly release: KernelRelease;
  readonly identity?: string;
  readonly utsVersion?: string;
  readonly debuginfo?: string;
  readonly compiler?: string;
}

export interface SavedKernelRule extends Omit<PlannableKernel, 'place' | 'buildHosts'> {
  /** The build hosts that its own pattern names. */
  readonly builders?: readonly HostName[];
}

/** A script as far as replanning a host needs it. */
export interface SavedScript {
  readonly name: ModuleName;
  readonly source: SourceFile;
  readonly run: RunLength;
  readonly stapOptions: StapOptions;
  readonly bufferMb?: number;
  readonly maxFileBytes?: number;
  readonly runOnce?: NonNullable<PlannableScript['runOnce']>;
  readonly sha256: Sha256;
}

export interface BuildDigests {
  readonly build: BuildId;
  readonly key: ArtifactKey;
  readonly source: Sha256;
  readonly args: Sha256;
  readonly options: Sha256;
  /** Of the module itself, where it was in the cache when the plan was made. */
  readonly module?: Sha256;
}
