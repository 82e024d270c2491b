import { artifactKey } from '../build/artifact-key.ts';
import type { ModuleCache } from '../build/module-cache.ts';
import type { Workshop } from '../build/run-builds.ts';
import type { EventSink } from '../model/event.ts';
import type { HostName, KernelRelease } from '../model/ids.ts';
import type { PlannedPlay } from '../model/plan.ts';
import type { Builder } from '../plan/choose-build-host.ts';
import { planPlay } from '../plan/plan-play.ts';
import type { Target } from '../plan/target.ts';
import type { Fleet } from '../run/fleet.ts';
import { type Surveyed, surveyBuildHosts, surveyTargets } from '../run/survey.ts';
import type { SelectedPlay } from './select-plays.ts';

/** A play that is planned, with what its run needs besides the plan. */
export interface ReadyPlay {
  readonly selected: SelectedPlay;
  readonly plan: PlannedPlay;
  readonly uploadDirectories: ReadonlyMap<HostName, string>;
  readonly workshops: ReadonlyMap<HostName, Workshop>;
}

export interface PlanContext {
  readonly fleet: Fleet;
  readonly events: EventSink;
  readonly cache: ModuleCache;
  readonly forks: number;
  readonly signal: AbortSignal;
}

/** Asks the hosts of each play and plans it. Reads hosts, changes nothing on them. */
export async function planPlays(plays: readonly SelectedPlay[], context: PlanContext): Promise<readonly ReadyPlay[]> {
  const cached = await context.cache.keys();
  const ready: ReadyPlay[] = [];
  for (const selected of plays) ready.push(await planOne(selected, cached, context));
  return ready;
}

async function planOne(selected: SelectedPlay, cached: ReadonlySet<string>, context: PlanContext): Promise<ReadyPlay> {
  const { play, hosts, builders } = selected;
  context.events.emit({
    kind: 'play-started',
    play: play.name,
    hosts: hosts.map(host => host.name),
    buildHosts: builders.map(host => host.name),
  });
  // The build hosts are connected to meanwhile; what they are asked depends on the targets' kernels.
  const opening = Promise.allSettled(builders.map(host => context.fleet.open(host)));
  const surveyed = await surveyTargets(hosts, play.preconditions, context);
  await opening;
  const releases = [
    ...new Set(surveyed.flatMap(one => (one.kind === 'ready' ? [one.facts.kernel.release] : []))),
  ].sort() as readonly KernelRelease[];
  const builderFacts = releases.length === 0 ? [] : await surveyBuildHosts(builders, releases, context);

  const plan = planPlay({
    play,
    targets: surveyed.map(one => targetOf(one, selected.scripts)),
    builders: builderFacts,
    playBuilders: selected.playBuilders,
    kernelBuilders: selected.kernelBuilders,
    locate: inputs => {
      const key = artifactKey(inputs);
      return { key, state: cached.has(key) ? 'cached' : 'to-build' };
    },
  });
  context.events.emit({ kind: 'play-planned', plan });
  return {
    selected,
    plan,
    uploadDirectories: new Map(
      surveyed.flatMap(one => (one.kind === 'ready' ? [[one.host.name, one.facts.uploadDirectory] as const] : [])),
    ),
    workshops: await openWorkshops(builderFacts, context.fleet),
  };
}

export function targetOf(surveyed: Surveyed, scripts: SelectedPlay['scripts']): Target {
  if (surveyed.kind !== 'ready') return surveyed;
  return { ...surveyed, scripts: scripts.get(surveyed.host.name) ?? [] };
}

async function openWorkshops(builders: readonly Builder[], fleet: Fleet): Promise<ReadonlyMap<HostName, Workshop>> {
  const workshops = new Map<HostName, Workshop>();
  for (const builder of builders) {
    if (builder.kind !== 'ready' || builder.facts.stap === undefined) continue;
    const connection = await fleet.open(builder.host);
    if (!connection.ok) continue;
    const { cpus, buildDirectory, stap } = builder.facts;
    workshops.set(builder.host.name, {
      connection: connection.value,
      cpus,
      directory: buildDirectory,
      stapPath: stap.path,
    });
  }
  return workshops;
}
