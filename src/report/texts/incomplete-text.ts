import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { Both } from '../tally/compare-amounts.ts';

/** What keeps these hosts from being counted in full, behind their names; of one that lost output, or whose output is not kept, too. */
export const whyIncomplete = 'did not run it to the end, or some output is missing';

/** For each of two runs the hosts whose numbers may be missing, in lines of at most so many columns. */
export function tellIncomplete(hosts: Both<readonly HostName[]>, columns: number): readonly string[] {
  const tell = (which: string, lacking: readonly HostName[] = []): readonly string[] => {
    if (lacking.length === 0) return [];
    const names = foldHostsWithin(lacking, columns - 30);
    return wrapText(`incomplete in the ${which} run: ${names} ${whyIncomplete}`, columns);
  };
  return [...tell('earlier', hosts.from), ...tell('later', hosts.to)];
}
