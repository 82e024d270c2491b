import type { HostName } from './ids.ts';
import type { Failure } from './outcome.ts';

/** `only-look`: only tells what would be removed. */
export type CleanupMode = 'remove' | 'only-look';

/** The result of cleaning one host. */
export type HostCleanup =
  | { readonly host: HostName; readonly result: 'unreachable' | 'failed'; readonly failure: Failure }
  | {
      readonly host: HostName;
      /** `to-clean`: with `--check` it is only shown. */
      readonly result: 'clean' | 'cleaned' | 'to-clean' | 'failed';
      readonly modules: readonly string[];
      readonly folders: readonly string[];
      /** Locks of supervisors that have ended, as folders. */
      readonly locks: readonly string[];
      readonly kept: readonly { readonly path: string; readonly why: string }[];
      readonly failed: readonly { readonly what: string; readonly why: string }[];
    };

/** How many of each kind were removed, or would be. */
export interface PrunedCaches {
  readonly modules: number;
  readonly canaries: number;
  readonly buildHosts: number;
  /** Stored ones, and what is known of others. */
  readonly binaries: number;
  readonly locks: number;
  readonly bytes: number;
}
