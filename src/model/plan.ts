import type { ProbedBinary, UnsureBinary } from './binary.ts';
import type { Branded } from './brand.ts';
import type { BuildLimits, BuildOptions, CrossBuild } from './build-options.ts';
import type { ArtifactKey, CanaryKey, GroupName, HostName, KernelRelease, Machine, ModuleName } from './ids.ts';
import type { Failure, LeftOut } from './outcome.ts';
import type { Aggregation, OutputFormat } from './records.ts';
import type { SourceFile } from './source.ts';
import type { TargetProcess } from './target-process.ts';

/** `RELEASE/MACHINE`, with `/N` behind it where kernels of one release differ in `uname -v`: what one module fits. */
export type KernelGroupId = Branded<string, 'KernelGroupId'>;

/** `MODULE@RELEASE/MACHINE`, with `#N` behind it where one script has several builds for one kernel (other args). */
export type BuildId = Branded<string, 'BuildId'>;

/** What `tapbook plan --format json` prints and a run keeps as `plan.json`. */
export interface PlanDocument {
  /** Raised when the form changes so that readers have to know. */
  readonly format: 'tapbook-plan/1';
  /** The playbook's path as it was given. */
  readonly playbook: string;
  readonly plays: readonly PlannedPlay[];
}

/** What an apply of one play would do, as data. The same playbook, inventory and facts give the same plan. */
export interface PlannedPlay {
  readonly name: string;
  /** The host pattern as it was written. */
  readonly pattern: string;
  readonly kernelGroups: readonly KernelGroup[];
  readonly builds: readonly PlannedBuild[];
  /** Every selected host, in the order of selection, including those that are left out, with the reason. */
  readonly hosts: readonly PlannedHost[];
  /** The hosts that run something, in their order. */
  readonly batches: readonly (readonly HostName[])[];
  readonly rollout: Rollout;
  /** Absent where nothing is watched. */
  readonly watch?: Watch;
  /**
   * What becomes of a host where processes run another build-id of a probed file than the file has, when it is planned and right before
   * a load alike. Absent: it fails. In either case nothing is loaded there.
   */
  readonly staleProcesses?: 'skip';
  readonly buildLimits: BuildLimits;
  /** How the scripts' output is read, for those with an `output` in the playbook. */
  readonly outputs?: readonly PlannedOutput[];
}

export interface PlannedOutput {
  readonly module: ModuleName;
  readonly format: OutputFormat;
  readonly aggregate?: Aggregation;
}

export interface Rollout {
  readonly strategy: 'in-order' | 'together';
  /** A script that cannot be loaded, or fails, does not keep the host's others from running. Absent: it does. */
  readonly onScriptFailure?: 'continue';
  readonly maxFailPercentage: number;
  readonly anyErrorsFatal: boolean;
  /** The number of hosts over which failures are counted: all that are not skipped. */
  readonly counted: number;
  /** How many of them may fail or be unreachable before no further host begins. */
  readonly failuresAllowed: number;
  /** Absent: the first host that vanishes right after a load stops the rollout. */
  readonly stopAtVanished?: StopAtVanished;
  /** Why no host begins at all: failures of the plan already stop the play. */
  readonly stopped?: string;
  /** The first batch is one host of each kernel, and none of them may fail. */
  readonly canary?: 'per-kernel';
  /** Absent: unreachable hosts are not retried. */
  readonly retry?: Retry;
}

/** How many hosts may have died of a load before the rollout stops, as the play says. */
export interface StopAtVanished {
  /** With so many it stops: 1 at least. */
  readonly hosts: number;
  /** Where the play names a share of its hosts that are counted. */
  readonly percent?: number;
}

/** Retries of a host that cannot be reached, or is lost before anything is sent there to be loaded. */
export interface Retry {
  /** Besides the first time. */
  readonly retries: number;
  /** Before each of them. */
  readonly delaySeconds: number;
}

/** Limits that each host watches itself: beyond them it loads no script, or stops a running one. */
export interface Watch {
  /** The precondition on the load average, checked right before a module is loaded. */
  readonly maxLoadPerCpu?: number;
  /** A script is stopped when the load average of one minute, divided by the number of CPUs, reaches it. */
  readonly stopAtLoadPerCpu?: number;
  /** A script is stopped when no more memory than this is available. */
  readonly stopAtFreeMemoryBytes?: number;
}

export interface KernelGroup {
  readonly id: KernelGroupId;
  readonly release: KernelRelease;
  readonly machine: Machine;
  /** `uname -v`, only where the build tree carries UTS_VERSION and so the module insists on it. */
  readonly version?: string;
  readonly hosts: readonly HostName[];
  /** Every build host that is named for this kernel, in the order of the pattern, and whether it can build for it. */
  readonly buildHosts: readonly KernelBuildHost[];
}

export type KernelBuildHost =
  | {
      readonly name: HostName;
      /** `known-good`: it, or one just like it, has built for this kernel; `untried`: a minimal script is built first. */
      readonly state: 'known-good' | 'untried';
      /** SystemTap's version there. */
      readonly stap: string;
    }
  | { readonly name: HostName; readonly state: 'unfit'; readonly failure: Failure };

/**
 * A build host that can make a module, and which module that would be: each has its own SystemTap, compiler and tree,
 * and so a key of its own.
 */
export interface BuildPlace {
  readonly buildHost: HostName;
  readonly artifact: {
    readonly key: ArtifactKey;
    /** `not-kept`: not all that decides the module is known here, so that it is built each time. */
    readonly state: 'cached' | 'to-build' | 'not-kept';
  };
  /** How it builds for another machine than its own; absent where it does not. */
  readonly cross?: CrossBuild;
  /** Whether SystemTap there is known to build for the kernel at all; the key is that of the minimal script's result. */
  readonly canary: { readonly key: CanaryKey; readonly state: 'known-good' | 'untried' };
  /**
   * The paths of the build's binaries that the build host does not have itself, or has with another build-id, as its probe tells.
   * They are copied there from a target, if that was not done before. Absent: none, or it is not known, or nothing is to be built.
   */
  readonly lacks?: readonly string[];
}

/** One module: one script with its arguments and options, for one kernel group; where it is built stands first. */
export interface PlannedBuild extends BuildPlace {
  readonly id: BuildId;
  readonly module: ModuleName;
  readonly kernelGroup: KernelGroupId;
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly source: SourceFile;
  readonly args: readonly string[];
  readonly options: BuildOptions;
  /** The files in user space that its script probes, as its hosts have them, sorted by path. */
  readonly binaries?: readonly ProbedBinary[];
  /** Those that only the build shows; hosts are compared with them before a load. */
  readonly unsureBinaries?: readonly UnsureBinary[];
  /** The build hosts that take over if the first one fails, in this order. */
  readonly alternatives: readonly BuildPlace[];
  readonly hosts: readonly HostName[];
}

export interface PlannedHost {
  readonly name: HostName;
  readonly groups: readonly GroupName[];
  readonly kernelGroup?: KernelGroupId;
  readonly decision:
    | { readonly kind: 'run'; readonly as: 'login-user' | 'become-user'; readonly scripts: readonly PlannedScript[] }
    | LeftOut;
}

/** One script on one host. */
export interface PlannedScript {
  readonly module: ModuleName;
  readonly build: BuildId;
  readonly globals: readonly { readonly name: string; readonly value: string }[];
  /** After so many seconds it is stopped. */
  readonly limitSeconds: number;
  /** Whether reaching the limit is the plan, or the failure of a script that should have called exit(). */
  readonly end: 'at-limit' | 'by-itself';
  readonly bufferMb?: number;
  /** What its target() names. */
  readonly targetProcess?: TargetProcess;
  /** A relative path below the run's directory. */
  readonly outputFile?: string;
  /** How much of what it prints here is kept, of each stream; absent: as much as the run says. */
  readonly maxFileBytes?: number;
  /** It runs on this host of the play only. */
  readonly once?: true;
}
