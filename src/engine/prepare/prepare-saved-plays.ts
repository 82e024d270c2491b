import { type Change, type OnDrift, sayChanges } from '../../model/drift.ts';
import type { HostName } from '../../model/ids.ts';
import type { BuildPlace, PlannedBuild, PlannedPlay } from '../../model/plan.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import { planPlay } from '../../plan/plan-play.ts';
import { recheckBuild } from '../../plan/saved/recheck-build.ts';
import { type Renewal, renewPlay } from '../../plan/saved/renew-play.ts';
import type { Target } from '../../plan/target.ts';
import { surveyBuildHosts } from '../fleet/survey.ts';
import { tellRoom } from '../fleet/tell-room.ts';
import { findModules } from './find-modules.ts';
import { openBuildHosts } from './open-build-hosts.ts';
import { planInputFor } from './plan-input.ts';
import type { PlanContext, PrepareContext, ReadyPlay } from './plan-plays.ts';
import { buildQuestionsOf, kernelsOf, releasesOf, uploadDirectoriesOf } from './read-survey.ts';
import { type SavedPlay, type SavedPlaySurvey, surveySavedPlay } from './survey-saved-play.ts';

export interface PreparedPlays {
  readonly ready: readonly ReadyPlay[];
  /** `no`: something has drifted and `on_drift` is `fail`. Then nothing may be touched. */
  readonly fits: 'yes' | 'no';
}

/**
 * Probes again each host on which a saved plan runs something, and the build hosts if something is to be built. Decisions
 * for hosts that are as planned stay as they are; `onDrift`, else the play, says what becomes of the others. Changes
 * nothing on the hosts.
 */
export async function prepareSavedPlays(
  plays: readonly SavedPlay[],
  onDrift: OnDrift | undefined,
  context: PrepareContext,
): Promise<PreparedPlays> {
  tellRoom(
    plays.map(({ selected }) => selected.hosts),
    context,
  );
  const ready: ReadyPlay[] = [];
  let fits: PreparedPlays['fits'] = 'yes';
  for (const [index, play] of plays.entries()) {
    const reaction = onDrift ?? play.basis.onDrift;
    const events = context.events.forPlay(index);
    // Nothing is touched before it is known whether all of it still fits.
    const prepared = await prepareSavedPlay(play, reaction, { ...context, events, begin: undefined });
    if (prepared.drifted > 0 && reaction === 'fail') fits = 'no';
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
  const survey = await surveySavedPlay(saved, onDrift, context);
  const { running, targets, drift, blocked } = survey;
  const isAsPlanned = (host: HostName): boolean => !drift.has(host) && !blocked.has(host);
  const needed = planned.builds.filter(build => build.hosts.some(isAsPlanned));
  const { places, uncached } = await findModules(needed, saved, context);
  const unbuilt = new Set(uncached.flatMap(({ hosts }) => hosts));
  // A host with several scripts is planned as a whole.
  const toReplan = running.filter(
    name => (onDrift === 'replan' && drift.has(name)) || (isAsPlanned(name) && unbuilt.has(name)),
  );
  const replanned = await replan(
    selected,
    toReplan.flatMap(name => targets.get(name) ?? []),
    context,
  );
  for (const build of uncached) {
    const found = recheckUnbuilt(build, { saved, survey, replanned, onDrift, context });
    if (found !== undefined) places.set(build.id, found);
  }

  const renewals = new Map<HostName, Renewal>();
  for (const name of running) {
    const changes = drift.get(name);
    const decision = blocked.get(name);
    if (changes !== undefined) renewals.set(name, renew(changes, onDrift, targets.has(name)));
    else renewals.set(name, decision === undefined ? { kind: 'as-planned' } : { kind: 'left-out', decision });
  }
  const ready: ReadyPlay = {
    selected,
    plan: renewPlay(planned, { renewals, places, fresh: replanned.plan }),
    targets: [...targets.values()],
    builders: replanned.builders,
    uploadDirectories: uploadDirectoriesOf([...targets.values()]),
    openBuildHosts: await openBuildHosts(replanned.builders, context.fleet),
  };
  return { ready, drifted: drift.size };
}

/** Where the planned module can be built now. If nowhere, notes in `survey` why its hosts are blocked or have drifted. */
function recheckUnbuilt(
  build: PlannedBuild,
  {
    saved,
    survey: { drift, blocked },
    replanned,
    onDrift,
    context,
  }: {
    readonly saved: SavedPlay;
    readonly survey: SavedPlaySurvey;
    readonly replanned: Replanned;
    readonly onDrift: OnDrift;
    readonly context: PlanContext;
  },
): readonly [BuildPlace, ...BuildPlace[]] | undefined {
  const needing = build.hosts.filter(host => !drift.has(host) && !blocked.has(host));
  if (needing.length === 0) return undefined;
  const found = recheckBuild(build, saved.basis, replanned.plan, replanned.builders, needing);
  switch (found.kind) {
    case 'as-planned':
      return found.places;
    case 'blocked':
      for (const [host, decision] of found.decisions) blocked.set(host, decision);
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

interface Replanned {
  readonly plan: PlannedPlay | undefined;
  readonly builders: readonly Builder[];
}

/** Plans these hosts as of now. Build hosts are probed only if there are any targets. */
async function replan(
  selected: SavedPlay['selected'],
  targets: readonly Target[],
  context: PlanContext,
): Promise<Replanned> {
  if (targets.length === 0) return { plan: undefined, builders: [] };
  const releases = releasesOf(kernelsOf(targets));
  const { cache, canaries, kept } = context;
  const builders = await surveyBuildHosts(selected.builders, buildQuestionsOf(selected, releases), {
    ...context,
    retry: selected.play.retry,
    keep: (host, answer) => kept.keep(host, releases, answer),
  });
  const cached = await cache.keys();
  return { plan: planPlay(await planInputFor(selected, { targets, builders, cached, canaries })), builders };
}

/** What becomes of a host that has drifted. */
function renew(changes: readonly Change[], onDrift: OnDrift, wasAsked: boolean): Renewal {
  const what = `it is not as it was planned: ${sayChanges(changes)}`;
  switch (onDrift) {
    case 'replan':
      // A host that is gone from the inventory cannot be planned at all.
      return wasAsked ? { kind: 'replanned' } : { kind: 'left-out', decision: { kind: 'skip', reason: what } };
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
