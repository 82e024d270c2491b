import { type Change, type OnDrift, sayChanges } from '../model/drift.ts';
import type { Host } from '../model/host.ts';
import type { HostName } from '../model/ids.ts';
import type { PlannedHost, PlannedPlay } from '../model/plan.ts';
import type { Builder } from '../plan/choose-build-host.ts';
import { planPlay } from '../plan/plan-play.ts';
import { recheckBuild } from '../plan/recheck-build.ts';
import { type Rechecked, recheckConnection, recheckHost } from '../plan/recheck-host.ts';
import { type Renewal, renewPlay } from '../plan/renew-play.ts';
import type { PlayBasis } from '../plan/saved-plan.ts';
import type { Target } from '../plan/target.ts';
import { foldHostsWithin } from '../report/fold-hosts.ts';
import { surveyBuildHosts, surveyTargets } from '../run/survey.ts';
import { findModules } from './find-modules.ts';
import {
  kernelsOf,
  openWorkshops,
  type PlanContext,
  planInputFor,
  type ReadyPlay,
  releasesOf,
  targetOf,
  uploadDirectoriesOf,
} from './plan-plays.ts';
import type { SelectedPlay } from './select-plays.ts';

/** A play of a saved plan, with its hosts as the inventory has them now: those that are gone from it are missing. */
export interface SavedPlay {
  readonly planned: PlannedPlay;
  readonly basis: PlayBasis;
  readonly selected: SelectedPlay;
}

export interface RevivedPlays {
  readonly ready: readonly ReadyPlay[];
  /** `no`: something is not as planned, and may not be. Then nothing may be touched. */
  readonly fits: 'yes' | 'no';
}

/**
 * Looks at each host again on which a saved plan runs something, and at the build hosts if something is to be built.
 * What is as planned stays so to the letter; what becomes of the rest, `onDrift` says, else the play. Reads hosts,
 * changes nothing on them.
 */
export async function revivePlays(
  plays: readonly SavedPlay[],
  onDrift: OnDrift | undefined,
  context: PlanContext,
): Promise<RevivedPlays> {
  const ready: ReadyPlay[] = [];
  let fits: RevivedPlays['fits'] = 'yes';
  for (const play of plays) {
    const then = onDrift ?? play.basis.onDrift;
    const revived = await revivePlay(play, then, context);
    if (revived.drifted > 0 && then === 'fail') fits = 'no';
    ready.push(revived.ready);
    context.events.emit({ kind: 'play-planned', plan: revived.ready.plan });
  }
  return { ready, fits };
}

async function revivePlay(
  { planned, basis, selected }: SavedPlay,
  onDrift: OnDrift,
  context: PlanContext,
): Promise<{ readonly ready: ReadyPlay; readonly drifted: number }> {
  const { events } = context;
  const hosts = planned.hosts.map(({ name }) => name);
  const buildHosts = basis.buildHosts.map(({ name }) => name);
  events.emit({ kind: 'play-started', play: planned.name, hosts, buildHosts });
  const running = planned.hosts.filter(isRunning);
  const hostOf = (name: HostName): Host | undefined => selected.hosts.find(host => host.name === name);
  const drift = new Map<HostName, readonly Change[]>();
  for (const { name } of running) {
    const changes = recheckConnection(basisOf(name, basis), hostOf(name));
    if (changes.length > 0) drift.set(name, changes);
  }
  // Who is reached in another way is asked nothing, unless it is to be planned anew.
  const asked = running.flatMap(({ name }) => {
    const host = drift.has(name) && onDrift !== 'replan' ? undefined : hostOf(name);
    return host === undefined ? [] : [host];
  });
  const surveyed = await surveyTargets(asked, selected.play.preconditions, context);
  const targets = new Map(surveyed.map(one => [one.host.name, targetOf(one, selected.scripts)]));
  const hindered = new Map<HostName, Extract<Rechecked, { kind: 'hindered' }>['decision']>();
  const booted: HostName[] = [];
  for (const host of running) {
    const target = targets.get(host.name);
    if (target === undefined) continue;
    const signed = signedOf(host, planned);
    const found = recheckHost(basisOf(host.name, basis), host.decision, target, { play: selected.play, signed });
    if (found.kind === 'drifted') drift.set(host.name, [...(drift.get(host.name) ?? []), ...found.changes]);
    else if (found.kind === 'as-planned' && found.booted.length > 0) booted.push(host.name);
    else if (found.kind === 'hindered' && !drift.has(host.name)) hindered.set(host.name, found.decision);
  }
  sayBooted(booted, context);
  for (const [host, changes] of drift) events.emit({ kind: 'host-drifted', host, role: 'target', changes, onDrift });

  const isAsPlanned = (host: HostName): boolean => !drift.has(host) && !hindered.has(host);
  const { places, uncached } = await findModules(planned.builds, isAsPlanned, basis, context);
  const replanned = (host: HostName): boolean => onDrift === 'replan' && drift.has(host) && targets.has(host);
  // Who has several scripts is planned as a whole.
  const concerned = running
    .map(({ name }) => name)
    .filter(name => replanned(name) || (isAsPlanned(name) && uncached.some(({ hosts }) => hosts.includes(name))));
  const fresh = await planAnew(
    selected,
    concerned.flatMap(name => targets.get(name) ?? []),
    context,
  );
  for (const build of uncached) {
    const needing = build.hosts.filter(isAsPlanned);
    if (needing.length === 0) continue;
    const found = recheckBuild(build, basis, fresh.plan, fresh.builders, needing);
    if (found.kind === 'as-planned') places.set(build.id, found.places);
    if (found.kind === 'hindered') for (const [host, decision] of found.decisions) hindered.set(host, decision);
    if (found.kind !== 'drifted') continue;
    for (const { host, changes } of found.buildHosts) {
      events.emit({ kind: 'host-drifted', host, role: 'build-host', changes, onDrift });
    }
    for (const host of needing) drift.set(host, found.changes);
  }

  const renewals = new Map<HostName, Renewal>();
  for (const { name } of running) {
    const changes = drift.get(name);
    const decision = hindered.get(name);
    if (changes !== undefined) renewals.set(name, renew(changes, onDrift, targets.has(name)));
    else renewals.set(name, decision === undefined ? { kind: 'as-planned' } : { kind: 'left-out', decision });
  }
  const plan = renewPlay(planned, { renewals, places, fresh: fresh.plan });
  const uploadDirectories = uploadDirectoriesOf(surveyed);
  const workshops = await openWorkshops(fresh.builders, context.fleet);
  const ready = {
    selected,
    plan,
    targets: [...targets.values()],
    builders: fresh.builders,
    uploadDirectories,
    workshops,
  };
  return { ready, drifted: drift.size };
}

type RunningHost = PlannedHost & { readonly decision: { readonly kind: 'run' } };

function isRunning(host: PlannedHost): host is RunningHost {
  return host.decision.kind === 'run';
}

function basisOf(name: HostName, { hosts }: PlayBasis): PlayBasis['hosts'][number] {
  const found = hosts.find(host => host.name === name);
  if (found === undefined) throw new Error(`the plan rests on nothing for ${name}`);
  return found;
}

function signedOf({ name }: PlannedHost, { builds }: PlannedPlay): 'signed' | 'unsigned' {
  const own = builds.filter(({ hosts }) => hosts.includes(name));
  return own.every(({ options }) => options.sign !== undefined) ? 'signed' : 'unsigned';
}

function sayBooted(booted: readonly HostName[], { events }: PlanContext): void {
  if (booted.length === 0) return;
  const who = foldHostsWithin(booted, 60);
  const text = `booted since the plan was made, and otherwise as it has them: ${who}`;
  events.emit({ kind: 'notice', severity: 'warning', text });
}

interface Fresh {
  readonly plan: PlannedPlay | undefined;
  readonly builders: readonly Builder[];
}

/** The plan as it would be made now for these hosts; build hosts are asked only if there are any. */
async function planAnew(selected: SelectedPlay, targets: readonly Target[], context: PlanContext): Promise<Fresh> {
  if (targets.length === 0) return { plan: undefined, builders: [] };
  const releases = releasesOf(kernelsOf(targets));
  const { cache, canaries, kept } = context;
  const builders = await surveyBuildHosts(selected.builders, releases, {
    ...context,
    keep: (host, said) => kept.keep(host, releases, said),
  });
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
