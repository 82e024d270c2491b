import type { HostName } from '../model/ids.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedPlay } from '../model/plan.ts';

/**
 * Whether no further batch may begin, and why. Failures are counted over all hosts of the play that are not skipped,
 * the unreachable ones too, whether they failed in the plan or in a run.
 */
export function whyStop(
  { hosts, rollout }: Pick<PlannedPlay, 'hosts' | 'rollout'>,
  outcomes: ReadonlyMap<HostName, HostOutcome>,
  batch: readonly HostName[],
): string | undefined {
  const failed = [...outcomes].filter(([, outcome]) => isFailure(outcome)).map(([name]) => name);
  const counted = hosts.filter(host => host.decision.kind !== 'skip').length;
  if (rollout.anyErrorsFatal && failed.length > 0) return `any_errors_fatal: ${failed[0]} failed`;
  const percent = counted === 0 ? 0 : (failed.length * 100) / counted;
  if (percent > rollout.maxFailPercentage) {
    return `${failed.length} of ${counted} hosts failed (${percent.toFixed(0)} %), max_fail_percentage is ${rollout.maxFailPercentage}`;
  }
  if (batch.length > 0 && batch.every(name => failed.includes(name))) return 'every host of the batch failed';
  return undefined;
}

export function isFailure({ kind }: HostOutcome): boolean {
  return kind === 'failed' || kind === 'unreachable' || kind === 'left-behind';
}
