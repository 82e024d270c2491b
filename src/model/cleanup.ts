import type { HostName } from './ids.ts';
import type { Failure } from './outcome.ts';

/** `only-look`: nothing is removed, it is only said what would be. */
export type CleanupMode = 'remove' | 'only-look';

/** What was looked for on a host, and what came of it. */
export type HostCleanup =
  | { readonly host: HostName; readonly result: 'unreachable' | 'failed'; readonly failure: Failure }
  | {
      readonly host: HostName;
      /** `to-clean`: with `--check` it is only shown. */
      readonly result: 'clean' | 'cleaned' | 'to-clean' | 'failed';
      readonly modules: readonly string[];
      readonly folders: readonly string[];
      /** Folders that kept two runs apart, of supervisors that are gone. */
      readonly locks: readonly string[];
      readonly kept: readonly { readonly path: string; readonly why: string }[];
      readonly failed: readonly { readonly what: string; readonly why: string }[];
    };

/** How many of each kind were removed, or would be. */
export interface PrunedCaches {
  readonly modules: number;
  readonly canaries: number;
  readonly buildHosts: number;
  readonly locks: number;
  readonly bytes: number;
}
