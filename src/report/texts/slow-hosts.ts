import type { HostName } from '../../model/ids.ts';
import { hasRun } from '../../model/outcome.ts';
import { printableText } from '../../model/printable-text.ts';
import { formatSeconds } from '../layout/amounts.ts';
import type { PlayTally } from '../tally/play-tally.ts';

/**
 * A line that names the slowest hosts of a run, where some took clearly longer than most: twice as long, and 5 seconds
 * more. Hosts that failed or were not reached are told of elsewhere, with the reason.
 */
export function saySlowHosts(plays: readonly PlayTally[]): string[] {
  const totals = new Map<HostName, number>();
  for (const { seconds, outcomes } of plays) {
    for (const [host, took] of seconds) {
      const outcome = outcomes.get(host);
      if (outcome !== undefined && hasRun(outcome)) totals.set(host, (totals.get(host) ?? 0) + took);
    }
  }
  const sorted = [...totals].sort(([, left], [, right]) => right - left);
  // Of an even number the quicker one: of two hosts, one may be slow.
  const median = sorted[Math.floor(sorted.length / 2)]?.[1] ?? 0;
  const slow = sorted.filter(([, took]) => took >= 2 * median && took >= median + 5);
  if (slow.length === 0) return [];
  const told = slow.slice(0, mostNamed).map(([host, took]) => `${printableText(host)} ${formatSeconds(took)}`);
  const more = slow.length > mostNamed ? ` and ${slow.length - mostNamed} more` : '';
  return [`slowest: ${told.join(', ')}${more} (median ${formatSeconds(median)})`];
}

const mostNamed = 5;
