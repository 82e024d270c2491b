import type { PlannablePlay, PlannableScript } from '../../playbook/playbook.ts';

/**
 * Whether what happens on one host of the play changes nothing for the others, so that they need not wait for one that
 * answers late: there are no batches, no failures are counted, and no script runs on the first host only.
 */
export function areHostsIndependent(
  { serial, canary, maxFailPercentage, anyErrorsFatal }: PlannablePlay,
  scripts: Iterable<PlannableScript>,
): boolean {
  const isOneBatch = serial.every(size => size.kind === 'percent' && size.percent >= 100);
  return (
    isOneBatch &&
    canary === undefined &&
    maxFailPercentage >= 100 &&
    !anyErrorsFatal &&
    ![...scripts].some(({ runOnce }) => runOnce === true)
  );
}
