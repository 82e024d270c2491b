import type { ModuleName } from './ids.ts';
import { optional } from './optional.ts';

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

/** What a plan decides about a host for which it has nothing to run. */
export type LeftOut =
  | { readonly kind: 'skip'; readonly reason: string; readonly cure?: string }
  | { readonly kind: 'fail'; readonly failures: readonly [Failure, ...Failure[]] }
  | { readonly kind: 'unreachable'; readonly failure: Failure };

/**
 * The outcome of a host by its plan alone; undefined where the plan runs something there. All that is wrong is told, since
 * whoever mends the first thing only would fail again of the second.
 */
export function outcomeByPlan(decision: { readonly kind: 'run' } | LeftOut): HostOutcome | undefined {
  switch (decision.kind) {
    case 'run':
      return undefined;
    case 'skip':
      return { kind: 'skipped', reason: decision.reason, ...optional('cure', decision.cure) };
    case 'unreachable':
      return { kind: 'unreachable', failure: decision.failure };
    case 'fail':
      return { kind: 'failed', failure: joinFailures(decision.failures) };
    default:
      return decision satisfies never;
  }
}

/** All failures of a host as one: at the stage of the first, with each cause, cure and detail once, in their order. */
export function joinFailures(failures: readonly [Failure, ...Failure[]]): Failure {
  const [{ stage, cause }, ...others] = failures;
  const join = (texts: readonly (string | undefined)[], between: string): string | undefined => {
    const told = [...new Set(texts)].filter(text => text !== undefined);
    return told.length === 0 ? undefined : told.join(between);
  };
  const causes = others.map(other => (other.stage === stage ? other.cause : `at ${other.stage}: ${other.cause}`));
  return {
    stage,
    cause: [...new Set([cause, ...causes])].join('; '),
    ...optional(
      'cure',
      join(
        failures.map(failure => failure.cure),
        '; ',
      ),
    ),
    ...optional(
      'detail',
      join(
        failures.map(failure => failure.detail),
        '\n',
      ),
    ),
  };
}
