import type { PlannedHost } from '../../model/plan.ts';
import type { PlayTally } from './play-tally.ts';

/** Whether the builds of a host have ended: if not, that is what it waits for. */
export function hasModules({ builds }: Pick<PlayTally, 'builds'>, planned: PlannedHost | undefined): boolean {
  if (planned?.decision.kind !== 'run') return true;
  return planned.decision.scripts.every(({ build }) => builds.get(build)?.result !== undefined);
}
