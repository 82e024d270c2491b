import type { PlannablePlay, PlannableScript } from '../../playbook/playbook.ts';

/**
 * Whether no host of the play affects another, so that none has to wait for late ones: the play has no batches, no limit of
 * failures and no script that runs on the first host only.
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
