import { longestString } from '../../model/build-options.ts';
import { joinScriptOutcomes } from '../../model/join-script-outcomes.ts';
import type { Failure, HostOutcome, ScriptOutcome } from '../../model/outcome.ts';
import type { BuildId, PlannedBuild, PlannedScript, Rollout } from '../../model/plan.ts';
import type { Builds } from '../../module/build/open-workshop.ts';
import { matchGlobals } from '../supervisor/match-globals.ts';

/** What came of the modules of a host. */
export type Modules =
  | {
      readonly kind: 'there';
      readonly builds: Builds;
      readonly scripts: readonly PlannedScript[];
      /** Scripts that cannot be loaded, where the play goes on without them. */
      readonly missing: readonly ScriptOutcome[];
    }
  /** None of its scripts is loaded. */
  | { readonly kind: 'obstacle'; readonly outcome: HostOutcome }
  /** The play was stopped before all of them had ended. */
  | { readonly kind: 'given-up' };

export interface AwaitOptions {
  /** Resolves when these builds have ended; rejects when the run is stopped. */
  readonly provide: (builds: readonly BuildId[]) => Promise<Builds>;
  readonly planned: readonly PlannedBuild[];
  /** Settles when nothing more is begun, as it does when the run is stopped. */
  readonly over: Promise<void>;
  /** Without it, a host whose modules are not all there gets none of them. */
  readonly onScriptFailure: Rollout['onScriptFailure'];
}

/** Waits until the builds of a host's scripts have ended, so that all that is wrong with them is known at once. */
export async function awaitModules(
  scripts: readonly PlannedScript[],
  { provide, planned, over, onScriptFailure }: AwaitOptions,
): Promise<Modules> {
  const providing = provide([...new Set(scripts.map(({ build }) => build))]);
  const builds = await Promise.race([over, providing]);
  if (builds === undefined) return { kind: 'given-up' };
  const missing = scripts.flatMap((script): ScriptOutcome[] => {
    const failure = findFailure(script, builds, planned);
    return failure === undefined ? [] : [{ kind: 'failed', module: script.module, failure }];
  });
  const there = scripts.filter(({ module }) => !missing.some(one => one.module === module));
  if (missing.length === 0 || (onScriptFailure === 'continue' && there.length > 0)) {
    return { kind: 'there', builds, scripts: there, missing };
  }
  const reason = `the host is given none of its modules without ${missing.map(({ module }) => module).join(', ')}`;
  const rest = there.map(({ module }): ScriptOutcome => ({ kind: 'not-started', module, reason }));
  return { kind: 'obstacle', outcome: joinScriptOutcomes([...missing, ...rest], scripts.length) };
}

/** What keeps a script from being loaded: a failed build, or a global that the module does not take. */
function findFailure(script: PlannedScript, builds: Builds, planned: readonly PlannedBuild[]): Failure | undefined {
  const built = builds.get(script.build);
  if (built === undefined) throw new Error(`no build ${script.build}`);
  if (!built.ok) return built.error;
  const build = planned.find(({ id }) => id === script.build);
  return matchGlobals(script.globals, built.value, longestString(build?.options.defines));
}
