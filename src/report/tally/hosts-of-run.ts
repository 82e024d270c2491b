import type { HostName } from '../../model/ids.ts';
import type { PlayTally } from './play-tally.ts';
import type { RunTally } from './run-tally.ts';

/** All hosts that a play is about, in the order of selection, whatever became of them. */
export function hostsOfPlay({ hosts, plan, outcomes }: PlayTally): readonly HostName[] {
  return [...new Set([...hosts, ...(plan?.hosts.map(({ name }) => name) ?? []), ...outcomes.keys()])];
}

/** Those of all plays, each once. */
export function hostsOfRun({ plays }: Pick<RunTally, 'plays'>): readonly HostName[] {
  return [...new Set(plays.flatMap(hostsOfPlay))];
}
