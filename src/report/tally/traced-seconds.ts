import type { Event, ScriptFinished } from '../../model/event.ts';

/**
 * For how many seconds a script traced on a host: as `traced` of its end says where a run has that, else from its start to its
 * end, as the controller's clock saw them. Undefined where the script never began.
 */
export function tracedSeconds(
  startedMs: number | undefined,
  finished: Event & ScriptFinished & { readonly traced?: number },
): number | undefined {
  if (finished.traced !== undefined) return finished.traced;
  return startedMs === undefined ? undefined : Math.max(0, Date.parse(finished.time) - startedMs) / 1000;
}
