import type { RunEvents } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { type HostOutcome, outcomeByPlan } from '../../model/outcome.ts';
import type { PlannedPlay } from '../../model/plan.ts';

/** Ends every host of a plan that no longer fits: drifted hosts with what has changed, all others as not started. */
export function refusePlan(
  plans: readonly PlannedPlay[],
  events: RunEvents,
): readonly ReadonlyMap<HostName, HostOutcome>[] {
  return plans.map(({ hosts }, index) => {
    const outcomes = new Map<HostName, HostOutcome>();
    for (const host of hosts) {
      const outcome = outcomeByPlan(host.decision) ?? { kind: 'not-started', reason: 'the plan no longer fits' };
      outcomes.set(host.name, outcome);
      events.forPlay(index).emit({ kind: 'host-finished', host: host.name, outcome });
    }
    return outcomes;
  });
}
