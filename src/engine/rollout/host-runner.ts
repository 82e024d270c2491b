import type { EventSink } from '../../model/event.ts';
import type { Host } from '../../model/host.ts';
import type { RunId } from '../../model/ids.ts';
import type { HostOutcome, ScriptOutcome } from '../../model/outcome.ts';
import type { BuildId, KernelGroup, PlannedHost, PlannedPlay, Rollout, Watch } from '../../model/plan.ts';
import type { Builds } from '../../module/build/open-workshop.ts';
import type { KeepBudget } from '../supervisor/keep-budget.ts';

/**
 * The port between a rollout, which decides whose turn it is, and the run on one host. `createFleetHostRunner` runs hosts
 * from here, over the run's own connections.
 */
export type HostRunner = (host: HostRun, context: RunContext) => Promise<HostEnd>;

/** What is to be run on one host. */
export interface HostRun {
  readonly host: Host;
  readonly decision: Extract<PlannedHost['decision'], { kind: 'run' }>;
  readonly kernel: Pick<KernelGroup, 'release' | 'machine'>;
  readonly uploadDirectory: string;
  /** Scripts of the host that cannot be loaded, to be told with what becomes of the others. */
  readonly missing: readonly ScriptOutcome[];
}

/** What all hosts of a play have in common. */
export interface RunContext {
  readonly builds: Builds;
  readonly events: EventSink;
  readonly run: RunId;
  readonly leaseSeconds: number;
  readonly armSeconds: number;
  readonly endSeconds: number;
  readonly strategy: Rollout['strategy'];
  readonly onScriptFailure?: Rollout['onScriptFailure'];
  /** How the output of the play's scripts is read. */
  readonly outputs: PlannedPlay['outputs'];
  readonly watch: Watch;
  /** `skip`: hosts that run another of the probed files than is there now are left out. */
  readonly staleProcesses?: PlannedPlay['staleProcesses'];
  /** The builds with symbols of files in user space for backtraces. */
  readonly unwinding: ReadonlySet<BuildId>;
  /** How much of what scripts print is kept. */
  readonly keep: KeepBudget;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
}

/** How a host ended. If anything was sent there to be loaded, it must not be tried again. */
export interface HostEnd {
  readonly outcome: HostOutcome;
  readonly sent: 'nothing' | 'something';
}
