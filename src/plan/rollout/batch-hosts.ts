import type { HostName } from '../../model/ids.ts';
import type { BatchSize } from '../../playbook/playbook.ts';

/**
 * Splits the hosts into batches like Ansible's `serial`: the last size repeats until no host is left. Percentages are of
 * `all`, rounded down, but at least one host.
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
