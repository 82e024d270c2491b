import type { EventSink, PlayPlanned, RunEvents } from '../../model/event.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
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
import { type Patience, usualPatience } from '../fleet/patience.ts';
import { splitIntoWaves } from '../fleet/split-into-waves.ts';
import { beginSurvey, type Surveyed } from '../fleet/survey.ts';
import { tellRoom } from '../fleet/tell-room.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import { announcePlay } from './announce-play.ts';
import { type BuilderQuestions, createBuilderQuestions } from './ask-builders.ts';
import { openBuildHosts } from './open-build-hosts.ts';
import { planInputFor } from './plan-input.ts';
import { probedPathsOf } from './probed-files-of.ts';
import { kernelsOf, releasesOf, targetsOf, uploadDirectoriesOf } from './read-survey.ts';

/** A planned play, with all else that its run needs. */
export interface ReadyPlay {
  readonly selected: SelectedPlay<PlannablePlay>;
  readonly plan: PlannedPlay;
  /** What the plan was made from: the targets, and the build hosts whose facts are known. */
  readonly targets: readonly Target[];
  readonly builders: readonly Builder[];
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  /** Empty where nothing is to be built. */
  readonly openBuildHosts: ReadonlyMap<HostName, OpenBuildHost>;
  /** Where some hosts go ahead: yields the play again whenever late hosts have answered. */
  readonly late?: AsyncGenerator<ReadyPlay>;
}

/** What planning the plays of a run needs. */
export interface PrepareContext extends Omit<PlanContext, 'events' | 'begin'> {
  readonly events: RunEvents;
  /** Called with the play of that index, from 0, whenever builds of it are known; those can begin. Default: nothing does. */
  readonly begin?: (index: number, play: ReadyPlay) => void;
}

/** What planning one play needs. */
export interface PlanContext {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly cache: ModuleCache;
  readonly kept: KeptFacts;
  readonly canaries: CanaryRecords;
  readonly forks: number;
  readonly signal: AbortSignal;
  /** `join`: where hosts are independent, those that are slow to connect or to be probed, or wait for a retry, do not hold up the others. */
  readonly latecomers: 'join' | 'are-waited-for';
  /** Absent where nothing is to be built. */
  readonly begin?: ((play: ReadyPlay) => void) | undefined;
  /** Default: the usual one. */
  readonly patience?: Patience | undefined;
}

/** Probes the hosts of each play and plans it. Changes nothing on them. */
export async function planPlays(
  plays: readonly SelectedPlay[],
  context: PrepareContext,
): Promise<readonly ReadyPlay[]> {
  const cached = await context.cache.keys();
  tellRoom(
    plays.map(({ hosts }) => hosts),
    context,
  );
  const ready: ReadyPlay[] = [];
  // No play begins before all are planned: one whose hosts have to be there together holds up the others, too.
  const latecomers = plays.every(isSplittable) ? context.latecomers : 'are-waited-for';
  const asked = new Map<HostName, Promise<unknown>>();
  for (const [index, selected] of plays.entries()) {
    const events = context.events.forPlay(index);
    // Behind a play that does not begin no other does.
    const isHeld = ready.some(({ plan }) => plan.rollout.stopped !== undefined);
    const { begin } = context;
    const beginOne = begin === undefined || isHeld ? undefined : (play: ReadyPlay): void => begin(index, play);
    const play = await planOne(selected, cached, { ...context, events, latecomers, begin: beginOne, asked });
    beginOne?.(play);
    ready.push(play);
  }
  return ready;
}

function isSplittable({ play, scripts }: SelectedPlay): boolean {
  return areHostsIndependent(play, new Set([...scripts.values()].flat().map(({ script }) => script)));
}

interface PlayContext extends PlanContext {
  /** The hosts of earlier plays that have not answered yet: they are late here, too, and asked when those have their answer. */
  readonly asked: Map<HostName, Promise<unknown>>;
}

async function planOne(selected: SelectedPlay, cached: ReadonlySet<string>, context: PlayContext): Promise<ReadyPlay> {
  const { play, hosts, builders } = selected;
  const { kept, events, begin, asked } = context;
  announcePlay(selected, events);
  // Build hosts are only connected to meanwhile: what they are asked depends on the targets' kernels.
  const areKnown = (await Promise.all(builders.map(kept.knows))).some(known => known);
  const opening = Promise.allSettled(areKnown ? [] : builders.map(host => context.fleet.open(host)));
  const lagging = new Set(hosts.filter(({ name }) => asked.has(name)));
  const answers = beginSurvey(hosts, play.preconditions, {
    ...context,
    probedPaths: probedPathsOf(selected),
    retry: play.retry,
    after: new Map(asked),
    onLate: host => {
      lagging.add(host);
      changed();
    },
  });
  noteAsked(hosts, answers, asked);
  const canSplit = context.latecomers === 'join' && isSplittable(selected);
  const scripts = [...selected.scripts.values()].flat();
  // Who runs a script that runs once is not known before all have answered.
  const canBuildAhead = begin !== undefined && !scripts.some(({ script }) => script.runOnce === true);
  const mayGoAhead = canSplit || canBuildAhead;
  const { waves, changed } = splitIntoWaves(
    hosts,
    answers,
    host => mayGoAhead && lagging.has(host),
    context.signal,
    // What is late from the beginning holds up no earlier play.
    { ...(context.patience ?? usualPatience), first: canSplit && lagging.size > 0 ? 'may-be-empty' : 'has-ready' },
  );
  const answered = new Map<Host, Surveyed>();
  const questions = createBuilderQuestions(selected, context);
  let earlier: PlanInput['earlier'];
  const planAnswered = async (arrivals: Arrivals | 'ahead'): Promise<ReadyPlay> => {
    const surveyed = hosts.flatMap(host => answered.get(host) ?? []);
    const ready = await planSurveyed(selected, surveyed, { earlier, cached, questions, context });
    const order = [...answered.keys()].map(({ name }) => name);
    earlier = { order, builds: ready.plan.builds };
    if (arrivals === 'ahead') return ready;
    if (arrivals.joined === undefined && ready.plan.builds.length > 0 && ready.openBuildHosts.size === 0) {
      events.emit({ kind: 'notice', severity: 'info', text: 'no build host is asked: every module is in the cache' });
    }
    events.emit({ kind: 'play-planned', plan: ready.plan, ...arrivals });
    return ready;
  };
  /** Yields, for each wave, the play with all hosts that have answered so far. */
  async function* plans(): AsyncGenerator<ReadyPlay> {
    let hasYielded = false;
    for await (const wave of waves) {
      const inWave = new Map(wave.map(one => [one.host, one]));
      for (const host of hosts) {
        const one = inWave.get(host);
        if (one !== undefined) answered.set(host, one);
      }
      await opening;
      const awaited = hosts.filter(host => !answered.has(host)).map(({ name }) => name);
      if (!canSplit && awaited.length > 0) {
        buildAhead(await planAnswered('ahead'), awaited, context);
        continue;
      }
      const joined = hasYielded ? wave.map(({ host }) => host.name) : undefined;
      hasYielded = true;
      yield await planAnswered({
        ...optional('joined', joined),
        ...optional('awaited', awaited.length > 0 ? awaited : undefined),
      });
    }
  }
  const late = plans();
  const first = await late.next();
  if (first.done === true) return planAnswered({});
  return answered.size === hosts.length ? first.value : { ...first.value, late };
}

/** Until they have answered. */
function noteAsked(
  hosts: readonly Host[],
  answers: readonly Promise<Surveyed>[],
  asked: Map<HostName, Promise<unknown>>,
): void {
  for (const [index, { name }] of hosts.entries()) {
    const answer = answers[index];
    if (answer === undefined) continue;
    const forget = (): void => {
      if (asked.get(name) === answer) asked.delete(name);
    };
    asked.set(name, answer);
    answer.then(forget, forget);
  }
}

type Arrivals = Pick<PlayPlanned, 'joined' | 'awaited'>;

/** Begins the builds that some hosts need while all still wait for the others. */
function buildAhead(play: ReadyPlay, awaited: readonly HostName[], { begin, events }: PlanContext): void {
  const missing = play.plan.builds.filter(({ artifact }) => artifact.state !== 'cached');
  if (begin === undefined || missing.length === 0 || play.plan.rollout.stopped !== undefined) return;
  const text = `builds begin while hosts have not answered yet: ${foldHostsWithin(awaited, 60)}`;
  events.emit({ kind: 'notice', severity: 'info', text });
  begin(play);
}

async function planSurveyed(
  selected: SelectedPlay,
  surveyed: readonly Surveyed[],
  {
    earlier,
    cached,
    questions,
    context,
  }: {
    readonly earlier: PlanInput['earlier'];
    readonly cached: ReadonlySet<string>;
    readonly questions: BuilderQuestions;
    readonly context: PlanContext;
  },
): Promise<ReadyPlay> {
  const { builders } = selected;
  const { kept } = context;
  const kernels = kernelsOf(surveyed);
  const releases = releasesOf(kernels);
  const targets = targetsOf(surveyed, selected);
  const inputWith = async (facts: readonly Builder[]): Promise<PlanInput> => ({
    ...(await planInputFor(selected, { targets, builders: facts, cached, canaries: context.canaries })),
    ...optional('earlier', earlier),
  });

  const uploadDirectories = uploadDirectoriesOf(surveyed);
  const said = questions.said(releases);
  const known = said === undefined ? await recallBuilders(builders, releases, kept) : [];
  const plan = said === undefined ? await planFromCache(await inputWith(known), context.cache) : undefined;
  if (plan !== undefined) {
    return { selected, plan, targets, builders: known, uploadDirectories, openBuildHosts: new Map() };
  }
  const fresh = await questions.ask(releases);
  return {
    selected,
    plan: planPlay(await inputWith(fresh)),
    targets,
    builders: fresh,
    uploadDirectories,
    openBuildHosts: await openBuildHosts(fresh, context.fleet),
  };
}

/** Build hosts with the facts that were kept of them lately; without the hosts of which none were. */
async function recallBuilders(
  builders: readonly Host[],
  releases: readonly KernelRelease[],
  kept: KeptFacts,
): Promise<readonly Builder[]> {
  const found = await Promise.all(builders.map(async host => ({ host, facts: await kept.find(host, releases) })));
  return found.flatMap(({ host, facts }) => (facts === undefined ? [] : [{ kind: 'ready' as const, host, facts }]));
}

/**
 * The plan, if every module of it is whole in the cache. Facts that are minutes old will do for that, since a module's key
 * covers all it was built with. They must not decide what is built, nor the key that it is kept under.
 */
async function planFromCache(input: PlanInput, cache: ModuleCache): Promise<PlannedPlay | undefined> {
  if (!hasBuildHosts(input)) return undefined;
  const plan = planPlay(input);
  for (const { artifact, module } of plan.builds) {
    if (artifact.state !== 'cached' || (await cache.load(artifact.key, module)) === undefined) return undefined;
  }
  return plan;
}
