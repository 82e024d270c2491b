import type { ArtifactKey, ElfBuildId, HostName, KernelRelease, Machine, ModuleName } from './ids.ts';
import type { Failure } from './outcome.ts';
import type { BuildId } from './plan.ts';

/** A canary, a minimal script, is built to see whether a build host's SystemTap can build for the kernel at all. */
export interface CanaryStarted {
  readonly kind: 'canary-started';
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly buildHost: HostName;
  /** SystemTap's version there. */
  readonly stap: string;
}

export interface CanaryFinished {
  readonly kind: 'canary-finished';
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly buildHost: HostName;
  readonly stap: string;
  readonly seconds: number;
  readonly result:
    | { readonly kind: 'ok' }
    /** SystemTap there cannot build for the kernel; `failed`: the build host could not even be asked. */
    | { readonly kind: 'cannot-build' | 'failed'; readonly failure: Failure; readonly log?: string };
}

/** A binary that scripts probe begins to be copied from a target, for a build host that does not have it. */
export interface BinaryFetching {
  readonly kind: 'binary-fetching';
  readonly path: string;
  readonly buildId: ElfBuildId;
  readonly bytes: number;
  readonly host: HostName;
  readonly buildHost: HostName;
}

/** A target's binary is in the store here, or could not be copied from there. */
export interface BinaryFetched {
  readonly kind: 'binary-fetched';
  readonly path: string;
  readonly buildId: ElfBuildId;
  readonly host: HostName;
  readonly seconds: number;
  readonly result:
    | { readonly kind: 'ok'; readonly bytes: number }
    | { readonly kind: 'failed'; readonly failure: Failure };
}

/** A binary of the store here was sent to a build host, which keeps it for later builds. */
export interface BinarySent {
  readonly kind: 'binary-sent';
  readonly path: string;
  readonly buildId: ElfBuildId;
  readonly buildHost: HostName;
  readonly bytes: number;
  readonly seconds: number;
}

export interface BuildStarted {
  readonly kind: 'build-started';
  readonly build: BuildId;
  readonly module: ModuleName;
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly buildHost: HostName;
}

/** A build has failed on a build host, and another one takes it over. */
export interface BuildMoved {
  readonly kind: 'build-moved';
  readonly build: BuildId;
  readonly module: ModuleName;
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly from: HostName;
  readonly to: HostName;
  /** Why: what is wrong with `from`. */
  readonly failure: Failure;
  readonly log?: string;
}

export interface BuildFinished {
  readonly kind: 'build-finished';
  readonly build: BuildId;
  readonly module: ModuleName;
  readonly release: KernelRelease;
  readonly machine: Machine;
  readonly buildHost: HostName;
  readonly result: BuildResult;
}

export type BuildResult =
  | { readonly kind: 'cached'; readonly key: ArtifactKey }
  | {
      readonly kind: 'built';
      readonly key: ArtifactKey;
      readonly seconds: number;
      readonly bytes: number;
      /** How many WARNING lines stap printed; they are in the log. */
      readonly warnings: number;
      readonly log?: string;
    }
  | { readonly kind: 'failed'; readonly seconds: number; readonly failure: Failure; readonly log?: string };
