import { longestString } from '../../model/build-options.ts';
import { type Failure, type HostOutcome, joinFailures } from '../../model/outcome.ts';
import type { BuildId, PlannedBuild, PlannedScript } from '../../model/plan.ts';
import type { Builds } from '../../module/build/open-workshop.ts';
import { matchGlobals } from '../supervisor/match-globals.ts';

/** What came of the modules of a host. */
export type Modules =
  | { readonly kind: 'there'; readonly builds: Builds }
  /** A host whose modules are not all there gets none of them. */
  | { readonly kind: 'obstacle'; readonly outcome: HostOutcome }
  /** The play was stopped before all of them had ended. */
  | { readonly kind: 'given-up' };

export interface AwaitOptions {
  /** Resolves when these builds have ended; rejects when the run is stopped. */
  readonly provide: (builds: readonly BuildId[]) => Promise<Builds>;
  readonly planned: readonly PlannedBuild[];
  /** Settles when nothing more is begun, as it does when the run is stopped. */
  readonly over: Promise<void>;
}

/** Waits until the builds of a host's scripts have ended, so that all that is wrong with them is known at once. */
export async function awaitModules(
  scripts: readonly PlannedScript[],
  { provide, planned, over }: AwaitOptions,
): Promise<Modules> {
  const providing = provide([...new Set(scripts.map(({ build }) => build))]);
  const builds = await Promise.race([over, providing]);
  if (builds === undefined) return { kind: 'given-up' };
  const [failure, ...more] = scripts.flatMap(script => findFailure(script, builds, planned) ?? []);
  if (failure === undefined) return { kind: 'there', builds };
  return { kind: 'obstacle', outcome: { kind: 'failed', failure: joinFailures([failure, ...more]) } };
}

/** What keeps a script from being loaded: a failed build, or a global that the module does not take. */
function findFailure(script: PlannedScript, builds: Builds, planned: readonly PlannedBuild[]): Failure | undefined {
  const built = builds.get(script.build);
  if (built === undefined) throw new Error(`no build ${script.build}`);
  if (!built.ok) return built.error;
  const build = planned.find(({ id }) => id === script.build);
  return matchGlobals(script.globals, built.value, longestString(build?.options.defines));
}
