import type { Change } from '../../model/drift.ts';
import type { HostName } from '../../model/ids.ts';
import type { BuildPlace, PlannedBuild, PlannedHost, PlannedPlay } from '../../model/plan.ts';
import type { Builder } from '../builds/choose-build-host.ts';
import { identifyBuildHost } from './decisive-facts.ts';
import { findBuildHostDrift } from './find-drift.ts';
import type { PlayBasis } from './saved-plan.ts';

/** The state of a saved plan's build that is not in the cache, after its build hosts were probed again. */
export type RecheckedBuild =
  /** These build hosts would make the planned module. */
  | { readonly kind: 'as-planned'; readonly places: readonly [BuildPlace, ...BuildPlace[]] }
  /** No build host can build for these hosts now. */
  | { readonly kind: 'blocked'; readonly decisions: ReadonlyMap<HostName, BlockedDecision> }
  /** Build hosts would make another module. */
  | {
      readonly kind: 'drifted';
      /** For the targets that need the module. */
      readonly changes: readonly Change[];
      readonly buildHosts: readonly { readonly host: HostName; readonly changes: readonly Change[] }[];
    };

type BlockedDecision = Extract<PlannedHost['decision'], { kind: 'fail' | 'unreachable' }>;

/** Compares a planned build with `fresh`, the plan as it would be made now for at least `hosts`. */
export function recheckBuild(
  build: PlannedBuild,
  basis: PlayBasis,
  fresh: PlannedPlay | undefined,
  builders: readonly Builder[],
  hosts: readonly HostName[],
): RecheckedBuild {
  const now = hosts.flatMap(name => fresh?.hosts.find(host => host.name === name) ?? []);
  const places = now.flatMap(host => placesNow(host, build, fresh));
  if (places.length === 0) {
    const decisions = now.flatMap(({ name, decision }) =>
      decision.kind === 'fail' || decision.kind === 'unreachable' ? [[name, decision] as const] : [],
    );
    if (decisions.length === 0) throw new Error(`${build.id} was not replanned`);
    return { kind: 'blocked', decisions: new Map(decisions) };
  }
  const planned = [build, ...build.alternatives];
  const left = planned.flatMap(place => {
    const same = places.find(
      ({ buildHost, artifact }) => buildHost === place.buildHost && artifact.key === place.artifact.key,
    );
    return same === undefined ? [] : [same];
  });
  const [first, ...others] = left;
  if (first !== undefined) return { kind: 'as-planned', places: [first, ...others] };
  const drifted = planned.flatMap(place => {
    const is = places.find(({ buildHost }) => buildHost === place.buildHost)?.artifact.key;
    // A build host that cannot build any more has no new key to compare.
    return is === undefined ? [] : [{ host: place.buildHost, changes: changesOn(place, is, build, basis, builders) }];
  });
  const key = { what: `key of ${build.id}`, was: short(build.artifact.key), is: short(places[0]?.artifact.key ?? '') };
  const example = drifted[0];
  const changes =
    example === undefined
      ? [key]
      : example.changes.map(change => ({ ...change, what: `${change.what} on ${example.host}` }));
  return { kind: 'drifted', changes, buildHosts: drifted };
}

/** The places that could build the module for a host now. */
function placesNow(
  { decision }: PlannedHost,
  { module }: PlannedBuild,
  fresh: PlannedPlay | undefined,
): readonly BuildPlace[] {
  if (decision.kind !== 'run') return [];
  const id = decision.scripts.find(script => script.module === module)?.build;
  const build = fresh?.builds.find(other => other.id === id);
  return build === undefined ? [] : [build, ...build.alternatives].map(placeOf);
}

function placeOf({ buildHost, artifact, canary, cross }: BuildPlace): BuildPlace {
  return { buildHost, artifact, canary, ...(cross === undefined ? {} : { cross }) };
}

/** Why the key differs: what has changed on the build host, else the keys themselves. */
function changesOn(
  place: BuildPlace,
  is: string,
  { id, release }: PlannedBuild,
  basis: PlayBasis,
  builders: readonly Builder[],
): readonly Change[] {
  const then = basis.buildHosts.find(({ name }) => name === place.buildHost)?.facts;
  const now = builders.find(({ host }) => host.name === place.buildHost);
  const differs =
    then === undefined || now?.kind !== 'ready'
      ? []
      : findBuildHostDrift(then, identifyBuildHost(now.facts), [release]);
  return differs.length > 0 ? differs : [{ what: `key of ${id}`, was: short(place.artifact.key), is: short(is) }];
}

function short(key: string): string {
  return key.slice(0, 12);
}
