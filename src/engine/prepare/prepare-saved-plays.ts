import { type Change, type OnDrift, sayChanges } from '../../model/drift.ts';
import type { HostName } from '../../model/ids.ts';
import type { BuildPlace, PlannedBuild, PlannedPlay } from '../../model/plan.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import { planPlay } from '../../plan/plan-play.ts';
import { recheckBuild } from '../../plan/saved/recheck-build.ts';
import { type Renewal, renewPlay } from '../../plan/saved/renew-play.ts';
import type { Target } from '../../plan/target.ts';
import { surveyBuildHosts } from '../fleet/survey.ts';
import { findModules } from './find-modules.ts';
import { openBuildHosts } from './open-build-hosts.ts';
import { planInputFor } from './plan-input.ts';
import type { PlanContext, PrepareContext, ReadyPlay } from './plan-plays.ts';
import { kernelsOf, releasesOf, signingKeysOf, uploadDirectoriesOf } from './read-survey.ts';
import { type SavedPlay, type SavedPlaySurvey, surveySavedPlay } from './survey-saved-play.ts';

export interface PreparedPlays {
  readonly ready: readonly ReadyPlay[];
  /** `no`: something is not as planned, and may not be. Then nothing may be touched. */
  readonly fits: 'yes' | 'no';
}

/**
 * Looks at each host again on which a saved plan runs something, and at the build hosts if something is to be built.
 * What is as planned stays so to the letter; what becomes of the rest, `onDrift` says, else the play. Reads hosts,
 * changes nothing on them.
 */
export async function prepareSavedPlays(
  plays: readonly SavedPlay[],
  onDrift: OnDrift | undefined,
  context: PrepareContext,
): Promise<PreparedPlays> {
  const ready: ReadyPlay[] = [];
  let fits: PreparedPlays['fits'] = 'yes';
  for (const [index, play] of plays.entries()) {
    const then = onDrift ?? play.basis.onDrift;
    const events = context.events.forPlay(index);
    const prepared = await prepareSavedPlay(play, then, { ...context, events });
    if (prepared.drifted > 0 && then === 'fail') fits = 'no';
    ready.push(prepared.ready);
    events.emit({ kind: 'play-planned', plan: prepared.ready.plan });
  }
  return { ready, fits };
}

async function prepareSavedPlay(
  saved: SavedPlay,
  onDrift: OnDrift,
  context: PlanContext,
): Promise<{ readonly ready: ReadyPlay; readonly drifted: number }> {
  const { planned, basis, selected } = saved;
  context.events.emit({
    kind: 'play-started',
    play: planned.name,
    hosts: planned.hosts.map(({ name }) => name),
    buildHosts: basis.buildHosts.map(({ name }) => name),
  });
  const looked = await surveySavedPlay(saved, onDrift, context);
  const { running, targets, drift, hindered } = looked;
  const isAsPlanned = (host: HostName): boolean => !drift.has(host) && !hindered.has(host);
  const needed = planned.builds.filter(build => build.hosts.some(isAsPlanned));
  const { places, uncached } = await findModules(needed, saved, context);
  const unbuilt = new Set(uncached.flatMap(({ hosts }) => hosts));
  // A host with several scripts is planned as a whole.
  const concerned = running.filter(
    name => (onDrift === 'replan' && drift.has(name)) || (isAsPlanned(name) && unbuilt.has(name)),
  );
  const ofConcern = concerned.flatMap(name => targets.get(name) ?? []);
  const fresh = await planAnew(selected, ofConcern, context);
  for (const build of uncached) {
    const found = recheckUnbuilt(build, { saved, looked, fresh, onDrift, context });
    if (found !== undefined) places.set(build.id, found);
  }

  const renewals = new Map<HostName, Renewal>();
  for (const name of running) {
    const changes = drift.get(name);
    const decision = hindered.get(name);
    if (changes !== undefined) renewals.set(name, renew(changes, onDrift, targets.has(name)));
    else renewals.set(name, decision === undefined ? { kind: 'as-planned' } : { kind: 'left-out', decision });
  }
  const ready: ReadyPlay = {
    selected,
    plan: renewPlay(planned, { renewals, places, fresh: fresh.plan }),
    targets: [...targets.values()],
    builders: fresh.builders,
    uploadDirectories: uploadDirectoriesOf([...targets.values()]),
    openBuildHosts: await openBuildHosts(fresh.builders, context.fleet),
  };
  return { ready, drifted: drift.size };
}

/** Who would make the module now that was planned, if anybody; else what stands in the way is noted in `looked`. */
function recheckUnbuilt(
  build: PlannedBuild,
  {
    saved,
    looked: { drift, hindered },
    fresh,
    onDrift,
    context,
  }: {
    readonly saved: SavedPlay;
    readonly looked: SavedPlaySurvey;
    readonly fresh: Fresh;
    readonly onDrift: OnDrift;
    readonly context: PlanContext;
  },
): readonly [BuildPlace, ...BuildPlace[]] | undefined {
  const needing = build.hosts.filter(host => !drift.has(host) && !hindered.has(host));
  if (needing.length === 0) return undefined;
  const found = recheckBuild(build, saved.basis, fresh.plan, fresh.builders, needing);
  switch (found.kind) {
    case 'as-planned':
      return found.places;
    case 'hindered':
      for (const [host, decision] of found.decisions) hindered.set(host, decision);
      return undefined;
    case 'drifted':
      for (const { host, changes } of found.buildHosts) {
        context.events.emit({ kind: 'host-drifted', host, role: 'build-host', changes, onDrift });
      }
      for (const host of needing) drift.set(host, found.changes);
      return undefined;
    default:
      return found satisfies never;
  }
}

interface Fresh {
  readonly plan: PlannedPlay | undefined;
  readonly builders: readonly Builder[];
}

/** The plan as it would be made now for these hosts; build hosts are asked only if there are any. */
async function planAnew(
  selected: SavedPlay['selected'],
  targets: readonly Target[],
  context: PlanContext,
): Promise<Fresh> {
  if (targets.length === 0) return { plan: undefined, builders: [] };
  const releases = releasesOf(kernelsOf(targets));
  const { cache, canaries, kept } = context;
  const builders = await surveyBuildHosts(
    selected.builders,
    { releases, signingKeys: signingKeysOf(selected.play) },
    { ...context, retry: selected.play.retry, keep: (host, said) => kept.keep(host, releases, said) },
  );
  const cached = await cache.keys();
  return { plan: planPlay(await planInputFor(selected, { targets, builders, cached, canaries })), builders };
}

/** What becomes of a host that is not as planned. */
function renew(changes: readonly Change[], onDrift: OnDrift, wasAsked: boolean): Renewal {
  const what = `it is not as it was planned: ${sayChanges(changes)}`;
  switch (onDrift) {
    case 'replan':
      // Who is gone from the inventory cannot be planned at all.
      return wasAsked ? { kind: 'anew' } : { kind: 'left-out', decision: { kind: 'skip', reason: what } };
    case 'skip':
      return { kind: 'left-out', decision: { kind: 'skip', reason: what, cure: 'make the plan anew' } };
    case 'fail': {
      const cure = 'make the plan anew, or apply it with --on-drift skip or --on-drift replan';
      return { kind: 'left-out', decision: { kind: 'fail', failures: [{ stage: 'plan', cause: what, cure }] } };
    }
    default:
      return onDrift satisfies never;
  }
}
