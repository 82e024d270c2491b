import type { ModuleName } from './ids.ts';

/** Where in an apply something happened. */
export type Stage = 'connect' | 'probe' | 'plan' | 'build' | 'upload' | 'load' | 'stream' | 'stop' | 'cleanup';

/** What went wrong and what would mend it: each one line, without a full stop. */
export interface Failure {
  readonly stage: Stage;
  readonly cause: string;
  readonly cure?: string;
  /** What the program there said, whole, where there is more to it than the cause. */
  readonly detail?: string;
}

/** A failure at a stage, from whatever else tells a cause and perhaps a cure. */
export function failureAt(stage: Stage, { cause, cure }: Pick<Failure, 'cause' | 'cure'>): Failure {
  return cure === undefined ? { stage, cause } : { stage, cause, cure };
}

/** How a host came out of a play. */
export type HostOutcome =
  | { readonly kind: 'ok' }
  /** All ran, but the output is incomplete: skipped probes, transport failures. Each note is one line. */
  | { readonly kind: 'degraded'; readonly notes: readonly string[] }
  /** The plan left it out. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly cure?: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'unreachable';
      readonly failure: Failure;
      /** Its connection went within seconds after a load, and it does not come back: perhaps the kernel there panicked. */
      readonly vanishedAfterLoad?: true;
    }
  /** Something of ours is still there; the cure is the command that removes it. */
  | { readonly kind: 'left-behind'; readonly module?: ModuleName; readonly failure: Failure }
  /** Stopped on request, and clean. */
  | { readonly kind: 'interrupted' }
  /** Its turn never came. */
  | { readonly kind: 'not-started'; readonly reason: string };
