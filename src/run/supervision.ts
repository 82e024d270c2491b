import type { Artifact } from '../build/module-cache.ts';
import type { ScriptEnd } from '../model/event.ts';
import type { KernelRelease, Machine, RunId } from '../model/ids.ts';
import type { PlannedScript } from '../model/plan.ts';
import type { Connection } from '../transport/transport.ts';

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
}
