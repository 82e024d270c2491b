import type { HostName } from '../../model/ids.ts';
import type { PlannedHost, PlannedPlay, Rollout } from '../../model/plan.ts';

type Counted = Pick<PlannedPlay, 'batches'> & {
  readonly rollout: Pick<
    Rollout,
    'maxFailPercentage' | 'anyErrorsFatal' | 'canary' | 'counted' | 'failuresAllowed' | 'stopped'
  >;
};

/**
 * Whether no further host may begin, and why. Failures are counted over all hosts of the play that are not skipped, the
 * unreachable ones too, whether they failed in the plan, for their builds or in a run. Ansible counts them over a batch.
 */
export function whyStop({ batches, rollout }: Counted, failed: ReadonlySet<HostName>): string | undefined {
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
  // A canary of `serial: [1, …]` is such a batch.
  if (batches.some(batch => batch.every(name => failed.has(name)))) return 'every host of the batch failed';
  return failed.size === counted ? 'every host failed' : undefined;
}

/** Over how many hosts failures are counted, and how many there may be: the percentage has to be exceeded. */
export function countAllowed(
  hosts: readonly PlannedHost[],
  maxFailPercentage: number,
): Pick<Rollout, 'counted' | 'failuresAllowed'> {
  const counted = hosts.filter(host => host.decision.kind !== 'skip').length;
  // The product of a fraction may come out a hair too small.
  return { counted, failuresAllowed: Math.floor((counted * maxFailPercentage) / 100 + 1e-9) };
}
