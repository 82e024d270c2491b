import type { HostName } from '../../model/ids.ts';
import type { PlannedHost, PlannedPlay, Rollout } from '../../model/plan.ts';

type Counted = Pick<PlannedPlay, 'batches'> & {
  readonly rollout: Pick<
    Rollout,
    'maxFailPercentage' | 'anyErrorsFatal' | 'canary' | 'counted' | 'failuresAllowed' | 'stopped'
  >;
};

/**
 * Why no further host may begin, if so. Failures are counted over all hosts of the play that are not skipped, whether they
 * were unreachable, failed in the plan, in their builds or in the run. Ansible counts them over a batch.
 */
export function findStopReason({ batches, rollout }: Counted, failed: ReadonlySet<HostName>): string | undefined {
  const [first] = failed;
  if (first === undefined) return undefined;
  const { counted, failuresAllowed, maxFailPercentage } = rollout;
  if (rollout.anyErrorsFatal) return `any_errors_fatal: ${first} failed`;
  if (failed.size > failuresAllowed) {
    const percent = ((failed.size * 100) / counted).toFixed(0);
    return `${failed.size} of ${counted} hosts failed (${percent} %), max_fail_percentage is ${maxFailPercentage}`;
  }
  const canary = rollout.canary === undefined ? undefined : batches[0]?.find(name => failed.has(name));
  if (canary !== undefined) return `the canary ${canary} failed`;
  // This covers a canary by `serial: [1, …]`.
  if (batches.some(batch => batch.every(name => failed.has(name)))) return 'every host of the batch failed';
  return failed.size === counted ? 'every host failed' : undefined;
}

/** How many hosts count, and how many may fail: the rollout stops only beyond the percentage. */
export function countAllowed(
  hosts: readonly PlannedHost[],
  maxFailPercentage: number,
): Pick<Rollout, 'counted' | 'failuresAllowed'> {
  const counted = hosts.filter(host => host.decision.kind !== 'skip').length;
  // The floating-point product may be slightly too small.
  return { counted, failuresAllowed: Math.floor((counted * maxFailPercentage) / 100 + 1e-9) };
}
