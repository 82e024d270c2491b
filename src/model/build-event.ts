import type { ArtifactKey, HostName, KernelRelease, Machine, ModuleName } from './ids.ts';
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
