import type { HostOutcome } from '../../model/outcome.ts';
import type { PlannedHost } from '../../model/plan.ts';

/** The outcome of a host for which the plan has nothing to run. */
export function leftOut({ decision }: PlannedHost): HostOutcome | undefined {
  switch (decision.kind) {
    case 'run':
      return undefined;
    case 'skip':
      return { ...decision, kind: 'skipped' };
    case 'unreachable':
      return { kind: 'unreachable', failure: decision.failure };
    case 'fail': {
      const [first, ...others] = decision.failures;
      if (others.length === 0) return { kind: 'failed', failure: first };
      // One outcome a host: the first failure leads, the others are named behind it.
      const cause = decision.failures.map(failure => failure.cause).join('; ');
      const cures = decision.failures.flatMap(failure => (failure.cure === undefined ? [] : [failure.cure]));
      return {
        kind: 'failed',
        failure: { ...first, cause, ...(cures.length === 0 ? {} : { cure: cures.join('; ') }) },
      };
    }
    default:
      return decision satisfies never;
  }
}
