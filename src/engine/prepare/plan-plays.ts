import type { EventSink, PlayPlanned, RunEvents } from '../../model/event.ts';
import type { Host } from '../../model/host.ts';
import type { HostName, KernelRelease } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedPlay } from '../../model/plan.ts';
import type { OpenBuildHost } from '../../module/build/pooled-build-host.ts';
import type { CanaryRecords } from '../../module/cache/canary-records.ts';
import type { KeptFacts } from '../../module/cache/kept-facts.ts';
import type { ModuleCache } from '../../module/cache/module-cache.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import { hasBuildHosts, type PlanInput, planPlay } from '../../plan/plan-play.ts';
import { areHostsIndependent } from '../../plan/rollout/are-hosts-independent.ts';
import type { Target } from '../../plan/target.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { splitIntoWaves } from '../fleet/split-into-waves.ts';
import { beginSurvey, type Surveyed, surveyBuildHosts } from '../fleet/survey.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import { announcePlay } from './announce-play.ts';
import { openBuildHosts } from './open-build-hosts.ts';
import { planInputFor } from './plan-input.ts';
import { kernelsOf, releasesOf, signingKeysOf, targetsOf, uploadDirectoriesOf } from './read-survey.ts';

/** A play that is planned, with what its run needs besides the plan. */
export interface ReadyPlay {
  readonly selected: SelectedPlay<PlannablePlay>;
  readonly plan: PlannedPlay;
  /** What the plan rests on: the targets, and the build hosts of which anything is known. */
  readonly targets: readonly Target[];
  readonly builders: readonly Builder[];
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  /** None where nothing is to be built. */
  readonly openBuildHosts: ReadonlyMap<HostName, OpenBuildHost>;
  /** Hosts that are still asked, if others go ahead: each time the play with those that have answered since. */
  readonly late?: AsyncGenerator<ReadyPlay>;
}

/** What the plays of a run are prepared with. */
export interface PrepareContext extends Omit<PlanContext, 'events'> {
  readonly events: RunEvents;
}

/** The same for one of them. */
export interface PlanContext {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly cache: ModuleCache;
  readonly kept: KeptFacts;
  readonly canaries: CanaryRecords;
  readonly forks: number;
  readonly signal: AbortSignal;
  /** `join`: who is slow to connect, or waits to be tried again, keeps nobody waiting where it makes no difference to the others. */
  readonly latecomers: 'join' | 'are-waited-for';
}

/** Asks the hosts of each play and plans it. Reads hosts, changes nothing on them. */
export async function planPlays(
  plays: readonly SelectedPlay[],
  context: PrepareContext,
): Promise<readonly ReadyPlay[]> {
  const cached = await context.cache.keys();
  const ready: ReadyPlay[] = [];
  // A later play would meet hosts of which the earlier one knows nothing yet.
  const latecomers = plays.length === 1 ? context.latecomers : 'are-waited-for';
  for (const [index, selected] of plays.entries()) {
    const events = context.events.forPlay(index);
    ready.push(await planOne(selected, cached, { ...context, events, latecomers }));
  }
  return ready;
}

async function planOne(selected: SelectedPlay, cached: ReadonlySet<string>, context: PlanContext): Promise<ReadyPlay> {
  const { play, hosts, builders } = selected;
  const { kept } = context;
  announcePlay(selected, context.events);
  // The build hosts are connected to meanwhile; what they are asked depends on the targets' kernels.
  const areKnown = (await Promise.all(builders.map(kept.knows))).some(known => known);
  const opening = Promise.allSettled(areKnown ? [] : builders.map(host => context.fleet.open(host)));
  const lagging = new Set<Host>();
  const answers = beginSurvey(hosts, play.preconditions, {
    ...context,
    retry: play.retry,
    onLate: host => {
      lagging.add(host);
      changed();
    },
  });
  const scripts = new Set([...selected.scripts.values()].flat().map(({ script }) => script));
  const mayGoAhead = context.latecomers === 'join' && areHostsIndependent(play, scripts);
  const { waves, changed } = splitIntoWaves(hosts, answers, host => mayGoAhead && lagging.has(host), context.signal);
  const answered = new Map<Host, Surveyed>();
  /** Each time the play as it is with all hosts that have answered by then. */
  async function* plans(): AsyncGenerator<ReadyPlay> {
    for await (const wave of waves) {
      const joined = answered.size === 0 ? undefined : wave.map(({ host }) => host.name);
      for (const one of wave) answered.set(one.host, one);
      await opening;
      const awaited = hosts.filter(host => !answered.has(host)).map(({ name }) => name);
      const news = { ...optional('joined', joined), ...optional('awaited', awaited.length > 0 ? awaited : undefined) };
      const surveyed = hosts.flatMap(host => answered.get(host) ?? []);
      yield await planSurveyed(selected, surveyed, news, cached, context);
    }
  }
  const late = plans();
  const first = await late.next();
  if (first.done === true) return planSurveyed(selected, [], {}, cached, context);
  return answered.size === hosts.length ? first.value : { ...first.value, late };
}

async function planSurveyed(
  selected: SelectedPlay,
  surveyed: readonly Surveyed[],
  news: Pick<PlayPlanned, 'joined' | 'awaited'>,
  cached: ReadonlySet<string>,
  context: PlanContext,
): Promise<ReadyPlay> {
  const { play, builders } = selected;
  const { events, kept } = context;
  const kernels = kernelsOf(surveyed);
  const releases = releasesOf(kernels);
  const targets = targetsOf(surveyed, selected.scripts);
  const inputWith = (facts: readonly Builder[]): Promise<PlanInput> =>
    planInputFor(selected, { targets, builders: facts, cached, canaries: context.canaries });

  const uploadDirectories = uploadDirectoriesOf(surveyed);
  const known = await recall(builders, releases, kept);
  const plan = await planFromCache(await inputWith(known), context.cache);
  if (plan !== undefined) {
    if (plan.builds.length > 0) {
      events.emit({ kind: 'notice', severity: 'info', text: 'no build host is asked: every module is in the cache' });
    }
    events.emit({ kind: 'play-planned', plan, ...news });
    return { selected, plan, targets, builders: known, uploadDirectories, openBuildHosts: new Map() };
  }
  const signingKeys = signingKeysOf(play);
  const fresh = await surveyBuildHosts(
    builders,
    { releases, signingKeys },
    {
      ...context,
      retry: play.retry,
      keep: (host, said) => kept.keep(host, releases, said),
    },
  );
  const replanned = planPlay(await inputWith(fresh));
  events.emit({ kind: 'play-planned', plan: replanned, ...news });
  return {
    selected,
    plan: replanned,
    targets,
    builders: fresh,
    uploadDirectories,
    openBuildHosts: await openBuildHosts(fresh, context.fleet),
  };
}

/** The build hosts as they were lately, those of which nothing is known left out. */
async function recall(
  builders: readonly Host[],
  releases: readonly KernelRelease[],
  kept: KeptFacts,
): Promise<readonly Builder[]> {
  const found = await Promise.all(builders.map(async host => ({ host, facts: await kept.find(host, releases) })));
  return found.flatMap(({ host, facts }) => (facts === undefined ? [] : [{ kind: 'ready' as const, host, facts }]));
}

/**
 * The plan if every module of it is whole in the cache. Facts of some minutes ago may say so, since each module has what
 * it was built with in its key; they must not say what is to be built, and as what it is kept.
 */
async function planFromCache(input: PlanInput, cache: ModuleCache): Promise<PlannedPlay | undefined> {
  if (!hasBuildHosts(input)) return undefined;
  const plan = planPlay(input);
  for (const { artifact, module } of plan.builds) {
    if (artifact.state !== 'cached' || (await cache.load(artifact.key, module)) === undefined) return undefined;
  }
  return plan;
}
