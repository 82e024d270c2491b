import type { ScriptEnd } from '../../model/event.ts';
import type { KernelRelease, Machine, RunId } from '../../model/ids.ts';
import type { PlannedScript, Watch } from '../../model/plan.ts';
import type { FoundProcess } from '../../model/target-process.ts';
import type { Artifact } from '../../module/cache/module-cache.ts';
import type { Connection } from '../../transport/transport.ts';

/** One script to be run on one target. */
export interface Supervision {
  readonly connection: Connection;
  readonly run: RunId;
  readonly script: PlannedScript;
  readonly artifact: Artifact;
  readonly kernel: { readonly release: KernelRelease; readonly machine: Machine };
  readonly as: 'login-user' | 'become-user';
  readonly uploadDirectory: string;
  readonly leaseSeconds: number;
  /** How long its load may take, until its probes are armed. */
  readonly armSeconds: number;
  /** How long the kernel may take to run its `end` probes, and again to unload it, once it is stopped. */
  readonly endSeconds: number;
  readonly watch: Watch;
  /** `of-files`: the module has symbols of files in user space for backtraces (unwind), which need not be those that run. */
  readonly symbols?: 'of-files' | undefined;
  /** `skip`: a host that runs another of the probed files than is there now is left out, and does not fail. */
  readonly staleProcesses?: 'skip' | 'refuse' | undefined;
  /** Asks the script to stop, so that its `end` probes print. */
  readonly stop: AbortSignal;
  /** Leaves the host to its lease. */
  readonly abandon: AbortSignal;
  /** With the process that its target() names. */
  readonly onLoaded: (target: FoundProcess | undefined) => void;
  /** `seconds`: since `onLoaded`. */
  readonly onArmed: (seconds: number) => void;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => Promise<void> | undefined;
}

/** How it ended. */
export interface SupervisedRun {
  /** `no`: the connection was gone before anything was sent. */
  readonly begun?: 'no';
  readonly end: ScriptEnd;
  readonly seconds: number;
  /** For how many seconds it traced: from when its probes were armed until it began to end; absent if they never were. */
  readonly traced?: number;
  /** Why what it printed at its end may be missing; absent where it was seen to end in order. */
  readonly cut?: string;
  readonly left: { readonly module: 'none' | 'loaded' | 'unknown'; readonly directory: 'removed' | 'left' | 'unknown' };
  /** What makes the output incomplete, one line each. */
  readonly notes: readonly string[];
  /** What the host had no tool to check before the load: `sha256`, `load`, `memory`. */
  readonly unchecked: readonly string[];
  /** What the user may have to remove by hand. */
  readonly remains: Remains;
  /** Absent where the load had not begun. */
  readonly sinceLoad?: SinceLoad;
}

export interface Remains {
  /** The folder on the host, if the supervisor has named it. */
  readonly folder?: string;
  /** Why `staprun -d` could not unload the module. */
  readonly stuck?: string;
  /** Why rm could not remove the folder. */
  readonly kept?: string;
}

/** Times in seconds since the load began. */
export interface SinceLoad {
  /** When the host was last heard. */
  readonly lastHeard: number;
  /** When it was clear how the script ended, or that the connection was lost. */
  readonly known: number;
  /** The kernel's `boot_id`. */
  readonly boot?: string;
}
