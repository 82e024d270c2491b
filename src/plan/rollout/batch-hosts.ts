import type { HostName } from '../../model/ids.ts';
import type { BatchSize } from '../../playbook/playbook.ts';

/**
 * Cuts the hosts into batches as Ansible's `serial` does: the last size is used again until none are left. Percentages
 * are of `all`, rounded down, but to one host at least.
 */
export function batchHosts(
  hosts: readonly HostName[],
  serial: readonly BatchSize[],
  all: number = hosts.length,
): readonly (readonly HostName[])[] {
  const batches: (readonly HostName[])[] = [];
  for (let start = 0; start < hosts.length; ) {
    const size = serial[batches.length] ?? serial.at(-1) ?? { kind: 'percent', percent: 100 };
    const count = size.kind === 'hosts' ? size.count : Math.floor((all * size.percent) / 100);
    const end = start + Math.max(1, count);
    batches.push(hosts.slice(start, end));
    start = end;
  }
  return batches;
}
