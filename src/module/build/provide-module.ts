import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, PlannedBuild } from '../../model/plan.ts';
import { err, type Result } from '../../model/result.ts';
import type { BuildPool, Made, Setback } from './build-pool.ts';
import { makeModule } from './make-module.ts';

/** Provides a build's module from the cache, or from one build host after another until one can make it. */
export async function provideModule(build: PlannedBuild, pool: BuildPool): Promise<Result<Made, Failure>> {
  const { events } = pool;
  const { id, module, release, machine } = build;
  const setbacks: Setback[] = [];
  let left: readonly BuildPlace[] = build.alternatives;
  for (let place: BuildPlace = build; ; ) {
    const { buildHost } = place;
    const origin = { build: id, module, release, machine, buildHost };
    const made = await makeModule(build, place, pool);
    if (made.ok) {
      events.emit({ kind: 'build-finished', ...origin, result: made.value.result });
      return made;
    }
    const setback = made.error;
    await pool.onFailure(buildHost);
    setbacks.push(setback);
    const { failure, seconds, log } = setback;
    const kept = log === undefined ? {} : { log };
    left = left.filter(other => canStandIn(other, place, setbacks, pool));
    const next = left.toSorted((one, other) => load(one.buildHost, pool) - load(other.buildHost, pool))[0];
    if (next === undefined) {
      const summary = summarise(setbacks);
      events.emit({
        kind: 'build-finished',
        ...origin,
        result: { kind: 'failed', seconds, failure: summary, ...kept },
      });
      return err(summary);
    }
    const move = { build: id, module, release, machine, from: buildHost, to: next.buildHost };
    events.emit({ kind: 'build-moved', ...move, failure, ...kept });
    left = left.filter(other => other !== next);
    place = next;
  }
}

function canStandIn(other: BuildPlace, failed: BuildPlace, setbacks: readonly Setback[], pool: BuildPool): boolean {
  if (pool.buildHosts.get(other.buildHost)?.out !== undefined) return false;
  const last = setbacks.at(-1);
  switch (last?.mayHelp) {
    case 'another':
      return true;
    case 'another-once':
      // What takes too long on two build hosts would take too long on a third.
      return setbacks.filter(({ mayHelp }) => mayHelp === 'another-once').length < 2;
    case 'other-tools':
      return other.canary.key !== failed.canary.key;
    default:
      return false;
  }
}

/** How many builds a build host has running or waiting. */
function load(buildHost: HostName, { buildHosts }: BuildPool): number {
  const turns = buildHosts.get(buildHost)?.turns;
  return turns === undefined ? 0 : turns.activeCount + turns.pendingCount;
}

/** The last setback's failure if the fault is in the script, else those of all build hosts. */
function summarise(setbacks: readonly Setback[]): Failure {
  const last = setbacks.at(-1);
  if (last === undefined) throw new Error('nothing has failed');
  const named = setbacks.map(({ buildHost, failure: { cause } }) =>
    cause.includes(buildHost) ? cause : `${buildHost}: ${cause}`,
  );
  if (last.mayHelp === 'nobody') return last.failure;
  const cured = setbacks.find(({ failure }) => failure.cure !== undefined);
  const { cure: _, ...rest } = last.failure;
  const cure = cured?.failure.cure;
  return {
    ...rest,
    cause: setbacks.length === 1 ? named.join() : `no build host could build it: ${named.join('; ')}`,
    ...(cure === undefined ? {} : { cure: setbacks.length === 1 ? cure : `on ${cured?.buildHost}: ${cure}` }),
  };
}
