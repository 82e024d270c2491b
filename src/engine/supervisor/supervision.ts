import type { ScriptEnd } from '../../model/event.ts';
import type { KernelRelease, Machine, RunId } from '../../model/ids.ts';
import type { PlannedScript, Watch } from '../../model/plan.ts';
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
  readonly watch: Watch;
  /** Fired: the script is asked to stop, so that its `end` probes print. */
  readonly stop: AbortSignal;
  /** Fired: the host is left to its lease. */
  readonly abandon: AbortSignal;
  readonly onLoaded: () => void;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => Promise<void> | undefined;
}

/** What became of it. */
export interface SupervisedRun {
  /** `no`: the connection was gone before anything was sent. */
  readonly begun?: 'no';
  readonly end: ScriptEnd;
  readonly seconds: number;
  readonly left: { readonly module: 'none' | 'loaded' | 'unknown'; readonly directory: 'removed' | 'left' | 'unknown' };
  /** What makes the output incomplete, one line each. */
  readonly notes: readonly string[];
  /** What nothing on the host could check before the load. */
  readonly unchecked: readonly string[];
  /** For who has to take away by hand what is left. */
  readonly remains: Remains;
  /** Absent where the load had not begun. */
  readonly sinceLoad?: SinceLoad;
}

export interface Remains {
  /** The folder on the host, as far as it was heard of. */
  readonly folder?: string;
  /** What `staprun -d` said of the module, and rm of the folder. */
  readonly stuck?: string;
  readonly kept?: string;
}

/** All in seconds from the moment in which the load began. */
export interface SinceLoad {
  /** Until something was last heard of the host. */
  readonly lastHeard: number;
  /** Until it was clear how it ended, or that the connection is lost. */
  readonly known: number;
  /** The host's boot, by its kernel's own id. */
  readonly boot?: string;
}
