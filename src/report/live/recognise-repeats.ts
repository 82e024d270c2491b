import type { Event, ScriptFinished } from '../../model/event.ts';
import { isLeftBehind } from '../../model/script-end.ts';
import type { RunTally } from '../tally/run-tally.ts';
import { hostTrouble } from './progress-lines.ts';

/**
 * Tells whether an event only repeats what is said of its host anyway. A host with one script fails for that script's
 * reason; a host that cannot be probed ends for the same reason; and every play probes and judges a host anew, with the
 * same words as long as the trouble is the same.
 * To be asked once for each event, in order.
 */
export function createRepeatFilter(tally: RunTally): (event: Event) => boolean {
  const told = new Set<string>();
  const isSaidAgain = (words: string) => told.size === told.add(words).size;
  return event => {
    if (event.kind === 'host-probed') {
      return event.result.kind !== 'ok' && isSaidAgain(`${event.role} ${event.host}: ${hostTrouble(event)}`);
    }
    // Of which hosts else is told at their ends, and of the run's limit by a notice.
    if (event.kind === 'output-full') return event.limit === 'max_output' || isSaidAgain(`${event.module} is full`);
    if (event.kind === 'script-finished') return isToldAtItsEnd(event, tally);
    if (event.kind !== 'host-finished') return false;
    const probed = tally.focus?.probes.get(event.host)?.result.kind;
    if (probed === 'failed' || probed === 'unreachable') return true;
    const { outcome } = event;
    const isPlans = outcome.kind === 'failed' && outcome.failure.stage === 'plan';
    return isPlans && isSaidAgain(`target ${event.host}: ${hostTrouble(event)}`);
  };
}

/** A host with one script fails for that script's reason, which is told at the host's own end, with stage and cure. */
function isToldAtItsEnd({ host, end, left, unchecked }: ScriptFinished, { focus }: RunTally): boolean {
  if (end.kind !== 'failed' || isLeftBehind(left) || unchecked !== undefined) return false;
  const decision = focus?.plan?.hosts.find(({ name }) => name === host)?.decision;
  return decision?.kind === 'run' && decision.scripts.length === 1;
}
