import type { BinaryPolicy } from '../../model/binary.ts';
import type { BuildResult } from '../../model/build-event.ts';
import type { EventSink } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Result } from '../../model/result.ts';
import type { BinarySupply } from '../binaries/binary-supply.ts';
import type { CanaryRecords } from '../cache/canary-records.ts';
import type { Artifact, ModuleCache } from '../cache/module-cache.ts';
import type { PooledBuildHost } from './pooled-build-host.ts';

/** The build hosts of a run, and what they share. */
export interface BuildPool {
  readonly buildHosts: ReadonlyMap<HostName, PooledBuildHost>;
  /** Canaries under way or done, by build host and key. */
  readonly tried: Map<string, Promise<Result<'can-build', Setback>>>;
  /** Modules under way or done, by build host and key. */
  readonly made: Map<string, Promise<Result<Made, Setback>>>;
  /** Binaries sent to build hosts, or under way there: by build host and build-id. */
  readonly sent: Map<string, Promise<Result<void, Failure>>>;
  /** Where binaries come from that a build host lacks. Default: nowhere. */
  readonly binaries?: BinarySupply;
  readonly binaryPolicy?: BinaryPolicy | undefined;
  readonly cache: ModuleCache;
  readonly canaries: CanaryRecords;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  /** How long one build may take. */
  readonly limitSeconds: number;
  /** `nice -n` of a build, and `ulimit -v` in bytes. */
  readonly nice: number;
  readonly memoryBytes?: number | undefined;
  /** Keeps what stap printed; resolves to the path of the log. */
  readonly saveLog: (name: string, text: string) => Promise<string | undefined>;
  /** Scripts and folders of tapsets that nothing may quote. Default: none. */
  readonly unquoted?: readonly string[];
  /** Called when a build has failed on a build host: its kept facts may be wrong. */
  readonly onFailure: (buildHost: HostName) => Promise<void>;
  /** If the cache cannot take a module (a full disk), its build fails. Default: a warning, and the module is used. */
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
   * Which other build hosts may succeed: any; any, but only once, since each try takes the whole time limit; those with
   * another SystemTap, compiler or tree; none, since the fault is in the script.
   */
  readonly mayHelp: 'another' | 'another-once' | 'other-tools' | 'nobody';
  readonly seconds: number;
  readonly log?: string;
}
