import { longestString } from '../../model/build-options.ts';
import type { HostOutcome } from '../../model/outcome.ts';
import type { PlannedBuild, PlannedScript } from '../../model/plan.ts';
import type { Builds } from '../../module/build/run-builds.ts';
import { matchGlobals } from '../supervisor/match-globals.ts';

/** What keeps a host's scripts from being loaded: a failed build, or a global that the module does not take. */
export function findObstacle(
  scripts: readonly PlannedScript[],
  builds: Builds,
  planned: readonly PlannedBuild[],
): HostOutcome | undefined {
  for (const script of scripts) {
    const built = builds.get(script.build);
    if (built === undefined) throw new Error(`no build ${script.build}`);
    const failure = built.ok ? matchGlobals(script.globals, built.value, longestOf(script, planned)) : built.error;
    if (failure !== undefined) return { kind: 'failed', failure };
  }
  return undefined;
}

function longestOf({ build }: PlannedScript, planned: readonly PlannedBuild[]): number {
  return longestString(planned.find(({ id }) => id === build)?.options.defines);
}
