import type { BuildResult, EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Result } from '../../model/result.ts';
import type { CanaryRecords } from '../cache/canary-records.ts';
import type { Artifact, ModuleCache } from '../cache/module-cache.ts';
import type { PooledBuildHost } from './pooled-build-host.ts';

/** The build hosts of a run, and what their builds need besides. */
export interface BuildPool {
  readonly buildHosts: ReadonlyMap<HostName, PooledBuildHost>;
  /** The minimal scripts that are under way or done, by build host and key. */
  readonly tried: Map<string, Promise<Result<'can-build', Setback>>>;
  /** The modules that are under way or done, by build host and key. */
  readonly made: Map<string, Promise<Result<Made, Setback>>>;
  readonly cache: ModuleCache;
  readonly canaries: CanaryRecords;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** How long one build may take. */
  readonly limitSeconds: number;
  /** `nice -n` of a build, and `ulimit -v` in bytes. */
  readonly nice: number;
  readonly memoryBytes?: number | undefined;
  /** Keeps what stap printed; resolves to where. */
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
  /** A build has failed there: what is remembered of the build host may be wrong. */
  readonly onFailure: (buildHost: HostName) => Promise<void>;
  /** What it means that the cache cannot take a module (a full disk): without a word it is only told, and the module run. */
  readonly whenNotKept?: 'fail';
}

export interface Made {
  readonly artifact: Artifact;
  readonly result: Exclude<BuildResult, { readonly kind: 'failed' }>;
}

/** Why a build host did not make a module. */
export interface Setback {
  readonly buildHost: HostName;
  readonly failure: Failure;
  /**
   * Who else could: any build host; any, but not over and over, since it takes the whole limit each time; one with
   * another SystemTap, compiler or tree; nobody, since it is the script.
   */
  readonly mayHelp: 'another' | 'another-once' | 'other-tools' | 'nobody';
  readonly seconds: number;
  readonly log?: string;
}
