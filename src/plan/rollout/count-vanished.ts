import type { Rollout, StopAtVanished } from '../../model/plan.ts';
import type { BatchSize } from '../../playbook/playbook.ts';

/** How many hosts that vanish after a load stop the rollout; undefined where the first one does, as it does anyway. */
export function countVanished(
  size: BatchSize | undefined,
  { counted }: Pick<Rollout, 'counted'>,
): StopAtVanished | undefined {
  if (size === undefined) return undefined;
  if (size.kind === 'hosts') return size.count === 1 ? undefined : { hosts: size.count };
  return { hosts: Math.max(1, Math.floor((counted * size.percent) / 100 + 1e-9)), percent: size.percent };
}

/** As the playbook has it. */
export function vanishedSize({ hosts, percent }: StopAtVanished): BatchSize {
  return percent === undefined ? { kind: 'hosts', count: hosts } : { kind: 'percent', percent };
}
