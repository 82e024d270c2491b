import type { HostName } from '../../model/ids.ts';
import type { PlannedHost } from '../../model/plan.ts';
import type { PlayTally } from './play-tally.ts';

/**
 * When each script that runs on a host now has reached its limit, in milliseconds since the epoch; never for one whose probes
 * are not armed yet, or that the plan does not have. A script that is not stopped then is late. Empty where none runs.
 */
export function scriptLimits(
  { running, arming }: Pick<PlayTally, 'running' | 'arming'>,
  host: HostName,
  planned: PlannedHost | undefined,
): readonly number[] {
  const scripts = planned?.decision.kind === 'run' ? planned.decision.scripts : [];
  return [...(running.get(host) ?? [])].map(([module, begun]) => {
    const isArmed = arming.get(host)?.has(module) !== true;
    const limit = isArmed ? scripts.find(script => script.module === module)?.limitSeconds : undefined;
    return begun + (limit ?? Number.POSITIVE_INFINITY) * 1000;
  });
}
