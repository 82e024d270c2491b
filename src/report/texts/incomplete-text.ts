import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { Both } from '../tally/compare-amounts.ts';

/** For each of two runs the hosts whose numbers may be missing, in lines of at most so many columns. */
export function tellIncomplete(hosts: Both<readonly HostName[]>, columns: number): readonly string[] {
  const tell = (which: string, lacking: readonly HostName[] = []): readonly string[] => {
    if (lacking.length === 0) return [];
    const names = foldHostsWithin(lacking, columns - 30);
    return wrapText(`incomplete in the ${which} run: ${names} did not run it well to the end`, columns);
  };
  return [...tell('earlier', hosts.from), ...tell('later', hosts.to)];
}
