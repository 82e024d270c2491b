import type { HostName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { BuildPlace, PlannedBuild } from '../../model/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Artifact } from '../cache/module-cache.ts';
import type { BuildPool, Setback } from './build-pool.ts';
import { makeModule } from './make-module.ts';

/** A build's module, out of the cache or from one of the build hosts that can make it, one after the other. */
export async function provideModule(build: PlannedBuild, pool: BuildPool): Promise<Result<Artifact, Failure>> {
  const { events } = pool;
  const { id, module, release, machine } = build;
  const setbacks: Setback[] = [];
  let left: readonly BuildPlace[] = build.alternatives;
  for (let place: BuildPlace = build; ; ) {
    const { buildHost } = place;
    const words = { build: id, module, release, machine, buildHost };
    const made = await makeModule(build, place, pool);
    if (made.ok) {
      events.emit({ kind: 'build-finished', ...words, result: made.value.result });
      return ok(made.value.artifact);
    }
    const setback = made.error;
    await pool.onFailure(buildHost);
    setbacks.push(setback);
    const { failure, seconds, log } = setback;
    const kept = log === undefined ? {} : { log };
    left = left.filter(other => mayStepIn(other, place, setbacks, pool));
    const next = left.toSorted((one, other) => load(one.buildHost, pool) - load(other.buildHost, pool))[0];
    if (next === undefined) {
      const told = summarise(setbacks);
      events.emit({ kind: 'build-finished', ...words, result: { kind: 'failed', seconds, failure: told, ...kept } });
      return err(told);
    }
    const way = { build: id, module, release, machine, from: buildHost, to: next.buildHost };
    events.emit({ kind: 'build-moved', ...way, failure, ...kept });
    left = left.filter(other => other !== next);
    place = next;
  }
}

function mayStepIn(other: BuildPlace, failed: BuildPlace, setbacks: readonly Setback[], pool: BuildPool): boolean {
  if (pool.buildHosts.get(other.buildHost)?.out !== undefined) return false;
  const last = setbacks.at(-1);
  switch (last?.mayHelp) {
    case 'another':
      return true;
    case 'another-once':
      // What takes too long on two build hosts would on the third.
      return setbacks.filter(({ mayHelp }) => mayHelp === 'another-once').length < 2;
    case 'other-tools':
      return other.canary.key !== failed.canary.key;
    default:
      return false;
  }
}

/** How many builds a build host is at or has waiting. */
function load(buildHost: HostName, { buildHosts }: BuildPool): number {
  const turns = buildHosts.get(buildHost)?.turns;
  return turns === undefined ? 0 : turns.activeCount + turns.pendingCount;
}

/** What the last one says where nobody else would have helped, else what each of them says. */
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
